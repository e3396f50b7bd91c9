#include "core/mem.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct counted {
  size_t allocated, freed;
};

static void *counted_alloc(size_t size, void *user) {
  ((struct counted *)user)->allocated += size;
  return calloc(1, size);
}

static void counted_free(void *memory, size_t size, void *user) {
  ((struct counted *)user)->freed += size;
  free(memory);
}

Test(mem, memory_of_the_default_allocator_is_zero) {
  radmfa_allocator allocator = radmfa__allocator(NULL);
  uint8_t *memory = radmfa__alloc(&allocator, 100);
  for (size_t i = 0; i < 100; i++) cr_assert_eq(memory[i], 0);
  radmfa__free(&allocator, memory, 100);
}

Test(mem, the_default_allocator_takes_back_null) {
  radmfa_allocator allocator = radmfa__allocator(NULL);
  radmfa__free(&allocator, NULL, 0);
}

Test(mem, a_chosen_allocator_is_called_with_its_user_and_the_size) {
  struct counted counted = {0, 0};
  radmfa_allocator allocator =
      radmfa__allocator(&(radmfa_allocator){counted_alloc, counted_free, &counted});
  void *memory = radmfa__alloc(&allocator, 40);
  radmfa__free(&allocator, memory, 40);
  cr_assert_eq(counted.allocated, 40);
  cr_assert_eq(counted.freed, 40);
}

Test(mem, text_is_a_span_without_the_final_nul) {
  radmfa_span text = radmfa_text("alice");
  cr_assert_eq(text.len, 5);
  cr_assert_arr_eq(text.ptr, "alice", 5);
}

Test(mem, text_of_null_is_the_empty_span) {
  radmfa_span text = radmfa_text(NULL);
  cr_assert_null(text.ptr);
  cr_assert_eq(text.len, 0);
}

Test(mem, spans_are_equal_where_length_and_bytes_are) {
  cr_assert(radmfa_span_equal(radmfa_text("bob"), radmfa_text("bob")));
  cr_assert_not(radmfa_span_equal(radmfa_text("bob"), radmfa_text("bot")));
  cr_assert_not(radmfa_span_equal(radmfa_text("bob"), radmfa_text("bobby")));
}

Test(mem, empty_spans_are_equal_wherever_they_point) {
  cr_assert(radmfa_span_equal(radmfa_text(NULL), radmfa_text("")));
}
