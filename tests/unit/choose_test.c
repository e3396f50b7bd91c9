#include "core/choose.h"

#include <criterion/criterion.h>

#define N 3u
#define NOW_MS 200000u

static struct health servers[N];
static uint32_t turn;

static void fresh(void) {
  for (unsigned i = 0; i < N; i++) radmfa__health_init(&servers[i], false);
  turn = 0;
}

TestSuite(choose, .init = fresh);

static int choose(radmfa_strategy strategy, uint32_t tried) {
  return radmfa__choose(strategy, servers, N, &turn, tried, NOW_MS);
}

static void dies_at(unsigned i, uint64_t now_ms) {
  for (unsigned n = 0; n < 3; n++) radmfa__health_sent(&servers[i], now_ms - 55000);
  cr_assert_eq(radmfa__health_gave_up(&servers[i], now_ms - 55000, now_ms), HEALTH_DIED);
}

Test(choose, failover_takes_the_first_that_is_alive) {
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 1), 1);
  dies_at(0, NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 1);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 2), 2);
}

Test(choose, round_robin_takes_each_that_is_alive_in_turn) {
  static const int expected[] = {0, 1, 2, 0, 2, 0, 2};
  for (unsigned i = 0; i < 7; i++) {
    if (i == 4) dies_at(1, NOW_MS);
    cr_assert_eq(choose(RADMFA_STRATEGY_ROUND_ROBIN, 0), expected[i]);
  }
  cr_assert_eq(choose(RADMFA_STRATEGY_ROUND_ROBIN, 1), 2);
}

Test(choose, least_outstanding_takes_the_one_with_the_fewest_the_first_of_equals) {
  cr_assert_eq(choose(RADMFA_STRATEGY_LEAST_OUTSTANDING, 0), 0);
  radmfa__health_sent(&servers[0], NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_LEAST_OUTSTANDING, 0), 1);
  radmfa__health_sent(&servers[1], NOW_MS);
  radmfa__health_sent(&servers[1], NOW_MS);
  radmfa__health_sent(&servers[2], NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_LEAST_OUTSTANDING, 0), 0);
  cr_assert_eq(choose(RADMFA_STRATEGY_LEAST_OUTSTANDING, 1), 2);
}

Test(choose, a_server_under_suspicion_is_asked_where_no_other_is_left) {
  radmfa__health_init(&servers[0], true);
  radmfa__health_unanswered(&servers[0], NOW_MS - 2000, NOW_MS);
  cr_assert_eq(servers[0].state, HEALTH_SUSPECTED);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 1);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 2 | 4), 0);
  radmfa__health_refused(&servers[1], NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 4), 0);
}

Test(choose, one_that_refused_is_the_last_for_a_second) {
  radmfa__health_refused(&servers[0], NOW_MS - 999);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 1);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 2 | 4), 0);
  dies_at(1, NOW_MS);
  dies_at(2, NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
  fresh();
  radmfa__health_refused(&servers[0], NOW_MS - 1000);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
}

Test(choose, where_all_refused_the_strategy_decides) {
  for (unsigned i = 0; i < N; i++) radmfa__health_refused(&servers[i], NOW_MS);
  radmfa__health_sent(&servers[0], NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
  cr_assert_eq(choose(RADMFA_STRATEGY_LEAST_OUTSTANDING, 0), 1);
}

Test(choose, none_where_each_is_dead_or_tried) {
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 1 | 2 | 4), CHOOSE_NONE);
  for (unsigned i = 0; i < N; i++) dies_at(i, NOW_MS - 29999);
  for (unsigned s = RADMFA_STRATEGY_FAILOVER; s <= RADMFA_STRATEGY_LEAST_OUTSTANDING; s++)
    cr_assert_eq(choose((radmfa_strategy)s, 0), CHOOSE_NONE);
  cr_assert_eq(radmfa__choose(RADMFA_STRATEGY_FAILOVER, servers, 0, &turn, 0, NOW_MS), CHOOSE_NONE);
}

Test(choose, a_dead_one_gets_one_request_every_30_s) {
  dies_at(1, NOW_MS - 30000);
  for (unsigned s = RADMFA_STRATEGY_FAILOVER; s <= RADMFA_STRATEGY_LEAST_OUTSTANDING; s++)
    cr_assert_eq(choose((radmfa_strategy)s, 0), 1);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 2), 0);
  radmfa__health_sent(&servers[1], NOW_MS);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 0), 0);
  cr_assert_eq(radmfa__choose(RADMFA_STRATEGY_FAILOVER, servers, N, &turn, 0, NOW_MS + 29999), 0);
  cr_assert_eq(radmfa__choose(RADMFA_STRATEGY_FAILOVER, servers, N, &turn, 0, NOW_MS + 30000), 1);
}

Test(choose, a_dead_one_that_can_be_probed_gets_no_trial) {
  radmfa__health_init(&servers[0], true);
  radmfa__health_refused(&servers[0], 100000);
  for (unsigned i = 0; i < 3; i++) {
    radmfa__health_probe_sent(&servers[0], 100000 + 5000 * i, 0);
    enum health_change change = radmfa__health_probe_unanswered(&servers[0], 104000 + 5000 * i);
    cr_assert_eq(change, i == 2 ? HEALTH_DIED : HEALTH_UNCHANGED);
  }
  cr_assert_eq(servers[0].state, HEALTH_DEAD);
  cr_assert_eq(choose(RADMFA_STRATEGY_FAILOVER, 2 | 4), CHOOSE_NONE);
}

Test(choose, thirty_two_servers_are_taken_in_turn) {
  static struct health many[CHOOSE_MAX];
  for (int i = 0; i < 2 * (int)CHOOSE_MAX; i++)
    cr_assert_eq(radmfa__choose(RADMFA_STRATEGY_ROUND_ROBIN, many, CHOOSE_MAX, &turn, 0, NOW_MS),
                 i % (int)CHOOSE_MAX);
}
