#include "core/lanes.h"

#include "core/crypto.h"

#include <criterion/criterion.h>
#include <string.h>

#define LONGEST (LANES_BLOCKS_MAX * 64 - 9) /* a one bit and the length come to it */

static uint8_t text[4096];
static struct lanes lanes;

static void fill_text(void) {
  for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)(i * 167 >> 3);
}

static bool add(size_t at, size_t len) {
  radmfa_span parts[] = {{text + at, len / 3}, {NULL, 0}, {text + at + len / 3, len - len / 3}};
  return radmfa__lanes_add(&lanes, radmfa__md5_start, 0, parts, 3);
}

static void expect_digest(unsigned lane, size_t at, size_t len) {
  radmfa_span whole = {text + at, len};
  uint8_t got[16], want[16];
  radmfa__md5(&whole, 1, want);
  radmfa__lanes_digest(&lanes, lane, got);
  cr_assert_arr_eq(got, want, 16, "lane %u, %zu octets", lane, len);
}

/* Every length in every lane, beside messages of other lengths. */
static void expect_all_lengths(enum lanes_kind kind) {
  for (size_t first = 0; first <= LONGEST; first++) {
    lanes.n = 0;
    for (unsigned lane = 0; lane < LANES; lane++)
      cr_assert(add(lane * 100, (first + lane * 7) % (LONGEST + 1)));
    if (!radmfa__lanes_run_by(kind, &lanes)) {
      cr_log_warn("this CPU does not have vectors of kind %d", kind);
      return;
    }
    for (unsigned lane = 0; lane < LANES; lane++)
      expect_digest(lane, lane * 100, (first + lane * 7) % (LONGEST + 1));
  }
}

Test(lanes, plain_vectors_give_md5, .init = fill_text) {
  expect_all_lengths(LANES_PLAIN);
}

Test(lanes, avx2_gives_md5, .init = fill_text) {
  expect_all_lengths(LANES_AVX2);
}

Test(lanes, avx512_gives_md5, .init = fill_text) {
  expect_all_lengths(LANES_AVX512);
}

Test(lanes, any_number_of_messages_goes, .init = fill_text) {
  for (unsigned n = 0; n <= LANES; n++) {
    lanes.n = 0;
    for (unsigned lane = 0; lane < n; lane++) cr_assert(add(lane, 40 + 30 * lane % 160));
    radmfa__lanes_run(&lanes);
    for (unsigned lane = 0; lane < n; lane++) expect_digest(lane, lane, 40 + 30 * lane % 160);
  }
}

Test(lanes, what_does_not_fit_is_refused_and_leaves_the_others_alone, .init = fill_text) {
  lanes.n = 0;
  cr_assert(add(0, LONGEST));
  cr_assert_not(add(0, LONGEST + 1));
  cr_assert_not(add(0, sizeof text));
  for (unsigned lane = 1; lane < LANES; lane++) cr_assert(add(lane, lane));
  cr_assert_not(add(0, 1));
  radmfa__lanes_run(&lanes);
  expect_digest(0, 0, LONGEST);
  expect_digest(5, 5, 5);
}

Test(lanes, a_message_goes_on_from_a_state, .init = fill_text) {
  uint32_t state[4];
  radmfa_span rest = {text + 64, 31};
  lanes.n = 0;
  lanes.n_blocks[0] = 1; /* the first block alone, without the end of a message */
  memcpy(lanes.blocks[0], text, 64);
  for (unsigned i = 0; i < 4; i++) lanes.state[i][0] = radmfa__md5_start[i];
  lanes.n = 1;
  radmfa__lanes_run(&lanes);
  for (unsigned i = 0; i < 4; i++) state[i] = lanes.state[i][0];
  lanes.n = 0;
  cr_assert(radmfa__lanes_add(&lanes, state, 64, &rest, 1));
  radmfa__lanes_run(&lanes);
  expect_digest(0, 0, 64 + 31);
}
