#include "drops.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct drops drops;
static struct drops_kind told;

static radmfa_notice drop(radmfa_drop reason, const char *client, uint16_t port) {
  return (radmfa_notice){.type = RADMFA_NOTICE_DROP,
                         .drop = reason,
                         .dropped = 1,
                         .client = client,
                         .peer = {.port = port}};
}

static bool add(radmfa_drop reason, const char *client, uint64_t now_ms) {
  radmfa_notice notice = drop(reason, client, 1);
  return drops_add(&drops, &notice, now_ms, &told);
}

Test(drops, the_first_is_told_at_once) {
  cr_assert(add(RADMFA_DROP_FORGED, "lab", 5000));
  cr_assert_str_eq(told.reason, "forged");
  cr_assert_eq(told.count, 1);
  cr_assert_str_eq(told.name, "lab");
}

Test(drops, a_flood_is_one_line_a_second_and_no_drop_is_forgotten) {
  uint64_t lines = 0, sum = 0;
  for (uint64_t i = 0; i < 100000; i++)
    if (add(RADMFA_DROP_MALFORMED, NULL, 5000 + i / 10)) lines++, sum += told.count;
  while (drops_due(&drops, UINT64_MAX, &told)) lines++, sum += told.count;
  cr_assert_eq(sum, 100000);
  cr_assert_eq(lines, 11);
}

Test(drops, the_count_of_the_last_window_is_due_when_it_is_over) {
  cr_assert(add(RADMFA_DROP_FORGED, NULL, 5000));
  cr_assert_not(add(RADMFA_DROP_FORGED, NULL, 5001));
  cr_assert_eq(drops_next_ms(&drops), 6000);
  cr_assert_not(drops_due(&drops, 5999, &told));
  cr_assert(drops_due(&drops, 6000, &told));
  cr_assert_eq(told.count, 1);
  cr_assert_not(drops_due(&drops, 6000, &told));
}

Test(drops, a_quiet_second_ends_it_and_the_next_is_told_at_once) {
  cr_assert(add(RADMFA_DROP_FORGED, NULL, 5000));
  cr_assert_not(drops_due(&drops, 6000, &told));
  cr_assert_eq(drops_next_ms(&drops), UINT64_MAX);
  cr_assert(add(RADMFA_DROP_FORGED, NULL, 6001));
}

Test(drops, reasons_do_not_hide_each_other) {
  cr_assert(add(RADMFA_DROP_FORGED, NULL, 5000));
  cr_assert(add(RADMFA_DROP_MALFORMED, NULL, 5000));
}

Test(drops, each_client_over_its_limit_has_its_own_line) {
  cr_assert(add(RADMFA_DROP_LIMIT, "lab", 5000));
  cr_assert(add(RADMFA_DROP_LIMIT, "office", 5000));
  cr_assert_not(add(RADMFA_DROP_LIMIT, "lab", 5001));
  cr_assert(drops_due(&drops, 6000, &told));
  cr_assert_str_eq(told.name, "lab");
}

Test(drops, other_reasons_are_one_line_for_all_clients_with_the_last_one_named) {
  cr_assert(add(RADMFA_DROP_FORGED, "lab", 5000));
  cr_assert_not(add(RADMFA_DROP_FORGED, "lab", 5001));
  radmfa_notice last = drop(RADMFA_DROP_FORGED, "office", 77);
  cr_assert_not(drops_add(&drops, &last, 5002, &told));
  cr_assert(drops_due(&drops, 6000, &told));
  cr_assert_str_eq(told.name, "office");
  cr_assert_eq(told.peer.port, 77);
  cr_assert_eq(told.count, 2);
}

Test(drops, the_hint_is_told_once_for_those_it_is_true_of) {
  radmfa_notice notice = drop(RADMFA_DROP_FORGED, "lab", 1);
  notice.secret_may_be_wrong = true;
  cr_assert(drops_add(&drops, &notice, 5000, &told));
  cr_assert(told.secret_may_be_wrong);
  cr_assert_not(add(RADMFA_DROP_FORGED, "lab", 5001));
  cr_assert(drops_due(&drops, 6000, &told));
  cr_assert_not(told.secret_may_be_wrong);
}

Test(drops, too_many_clients_share_a_line_and_make_room_when_they_are_quiet) {
  char name[16];
  for (unsigned i = 0; i < DROPS_CLIENTS_MAX; i++) {
    snprintf(name, sizeof name, "client%u", i);
    cr_assert(add(RADMFA_DROP_LIMIT, name, 5000));
  }
  cr_assert(add(RADMFA_DROP_LIMIT, "one more", 5000));
  cr_assert_not(add(RADMFA_DROP_LIMIT, "and another", 5000));
  cr_assert(drops_due(&drops, 6000, &told));
  cr_assert_str_eq(told.name, "and another");
  cr_assert_not(drops_due(&drops, 7000, &told));
  cr_assert_eq(drops.n_limits, 0);
}
