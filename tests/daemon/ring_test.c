#include "ring.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct ring *ring;

static void make(void) {
  ring = malloc(sizeof *ring);
  cr_assert_not_null(ring);
  cr_assert(ring_init(ring));
}

static void unmake(void) {
  ring_cleanup(ring);
  free(ring);
}

TestSuite(ring, .init = make, .fini = unmake);

/* A line of `len` octets that all say which one it is. */
static bool put(uint8_t which, size_t len) {
  static uint8_t line[RING_SIZE + 1];
  size_t used;
  memset(line, which, len);
  return ring_put(ring, (radmfa_span){line, len}, &used);
}

static void expect_oldest(uint8_t which, size_t len) {
  radmfa_span oldest = ring_oldest(ring);
  cr_assert_geq(oldest.len, len);
  for (size_t i = 0; i < len; i++) cr_assert_eq(oldest.ptr[i], which);
  ring_drop(ring, len);
}

Test(ring, an_empty_one_has_nothing) {
  cr_assert_eq(ring_oldest(ring).len, 0);
  cr_assert_eq(ring_take_lost(ring), 0);
}

Test(ring, it_says_how_much_is_in_it) {
  size_t used;
  cr_assert(ring_put(ring, radmfa_text("one\n"), &used));
  cr_assert_eq(used, 4);
  cr_assert(ring_put(ring, radmfa_text("three\n"), &used));
  cr_assert_eq(used, 10);
  cr_assert(radmfa_span_equal(ring_oldest(ring), radmfa_text("one\nthree\n")));
}

Test(ring, it_can_be_filled_to_the_last_octet) {
  cr_assert(put(1, RING_SIZE - 10));
  cr_assert(put(2, 10));
  cr_assert_not(put(3, 1));
  cr_assert_eq(ring_take_lost(ring), 1);
  cr_assert_eq(ring_take_lost(ring), 0);
  expect_oldest(1, RING_SIZE - 10);
  expect_oldest(2, 10);
  cr_assert_eq(ring_oldest(ring).len, 0);
  cr_assert(put(4, RING_SIZE));
}

Test(ring, a_line_is_never_cut_apart_at_its_end) {
  cr_assert(put(1, RING_SIZE / 2));
  cr_assert(put(2, RING_SIZE / 2 - 5));
  expect_oldest(1, RING_SIZE / 2);
  cr_assert(put(3, 100)); /* at the beginning: five octets are left over at the end */
  cr_assert_eq(ring_oldest(ring).len, RING_SIZE / 2 - 5);
  expect_oldest(2, RING_SIZE / 2 - 5);
  cr_assert_eq(ring_oldest(ring).len, 100);
  expect_oldest(3, 100);
}

Test(ring, the_other_half_can_be_filled_up_to_what_is_not_written_yet) {
  cr_assert(put(1, 1000));
  cr_assert(put(2, RING_SIZE - 1000));
  expect_oldest(1, 1000);
  cr_assert_not(put(3, 1001));
  cr_assert(put(4, 1000));
  cr_assert_not(put(5, 1));
  expect_oldest(2, RING_SIZE - 1000);
  expect_oldest(4, 1000);
}

/* Against a plain list of what is in it. */
Test(ring, many_lines_of_any_length_come_out_as_they_went_in) {
  enum { KEPT = 4096 };
  static size_t lengths[KEPT];
  unsigned first = 0, n = 0, seed = 1;
  for (unsigned i = 0; i < 100000; i++) {
    seed = seed * 1103515245u + 12345u;
    size_t len = 1 + (seed >> 16) % 3000;
    if (n < KEPT && put((uint8_t)(first + n), len)) lengths[(first + n++) % KEPT] = len;
    if (seed >> 28 < 7 || n > KEPT / 2) continue;
    while (n && seed >> 30) {
      expect_oldest((uint8_t)first, lengths[first % KEPT]);
      first++;
      n--;
      seed = seed * 1103515245u + 12345u;
    }
  }
  for (; n; first++, n--) expect_oldest((uint8_t)first, lengths[first % KEPT]);
  cr_assert_eq(ring_oldest(ring).len, 0);
}
