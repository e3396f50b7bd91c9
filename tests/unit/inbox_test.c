#include "core/inbox.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>

static struct heap heap;
static radmfa_allocator allocator;
static struct inbox inbox;
static struct notes notes;
static unsigned woken;

static void wake(void *user) {
  ++*(unsigned *)user;
}

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__inbox_init(&inbox, &allocator, wake, &woken), 0);
}

static void done(void) {
  radmfa__inbox_cleanup(&inbox);
  allocator.free_fn(notes.items, notes.size * sizeof *notes.items, allocator.user);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(inbox, .init = fresh, .fini = done);

static void put(uint64_t number) {
  cr_assert_eq(radmfa__inbox_put(&inbox, &(struct note){.number = number}), 0);
}

static bool take(struct list *verdicts) {
  list_init(verdicts);
  notes.n = 0;
  return radmfa__inbox_take(&inbox, &notes, verdicts);
}

Test(inbox, notes_come_out_in_order_and_all_of_them) {
  struct list verdicts;
  for (uint64_t i = 0; i < 1000; i++) put(i);
  cr_assert(take(&verdicts));
  cr_assert_eq(notes.n, 1000);
  for (uint32_t i = 0; i < 1000; i++) cr_assert_eq(notes.items[i].number, i);
  cr_assert_not(take(&verdicts));
}

Test(inbox, a_sleeping_engine_is_woken_once) {
  struct list verdicts;
  put(1);
  put(2);
  cr_assert_eq(woken, 1);
  cr_assert(take(&verdicts));
  put(3); /* it has not found the inbox empty yet: it looks again by itself */
  cr_assert_eq(woken, 1);
  cr_assert(take(&verdicts));
  cr_assert_not(take(&verdicts));
  put(4);
  cr_assert_eq(woken, 2);
}

Test(inbox, an_engine_that_stays_awake_is_not_woken) {
  radmfa__inbox_stay_awake(&inbox);
  put(1);
  cr_assert_eq(woken, 0);
}

Test(inbox, in_the_long_run_nothing_is_allocated) {
  struct list verdicts;
  for (unsigned i = 0; i < 4; i++) {
    put(i);
    cr_assert(take(&verdicts));
  }
  size_t count = heap.count;
  for (unsigned i = 0; i < 100; i++) {
    put(i);
    cr_assert(take(&verdicts));
  }
  cr_assert_eq(heap.count, count);
}

Test(inbox, without_memory_the_note_is_refused_and_the_others_stay) {
  struct list verdicts;
  for (uint64_t i = 0; i < 64; i++) put(i);
  heap.fail_at = heap.count + 1;
  cr_assert_eq(radmfa__inbox_put(&inbox, &(struct note){.number = 64}), RADMFA_E_NO_MEMORY);
  cr_assert(take(&verdicts));
  cr_assert_eq(notes.n, 64);
}

Test(inbox, a_deaf_one_refuses_notes) {
  inbox.is_deaf = true;
  cr_assert_eq(radmfa__inbox_put(&inbox, &(struct note){.number = 1}), RADMFA_E_NOT_FOUND);
  cr_assert_eq(woken, 0);
}

Test(inbox, what_is_left_in_it_is_freed_with_it) {
  struct blob *blob = radmfa__blob_new(&allocator, radmfa_text("x"), radmfa_text("y"));
  cr_assert_eq(radmfa__inbox_put(&inbox, &(struct note){.blob = blob}), 0);
}

Test(inbox, a_follower_can_be_taken_out_before_it_is_read) {
  static struct login a, b;
  struct list verdicts;
  radmfa__inbox_put_verdict(&inbox, &a);
  radmfa__inbox_put_verdict(&inbox, &b);
  radmfa__inbox_remove(&inbox, &a);
  cr_assert(take(&verdicts));
  cr_assert_eq(list_pop(&verdicts), &b.join_link);
  cr_assert(list_empty(&verdicts));
}
