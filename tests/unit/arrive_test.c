#include "../support/world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define MANY 40 /* more than are looked at in one go */

#define LONG_PASSWORD "a password of more than sixteen octets"

static const char *name_of(unsigned number) {
  static char names[MANY][16];
  snprintf(names[number], sizeof names[number], "user%u", number);
  return names[number];
}

static const char *password_of(unsigned number) {
  return number % 8 == 7 ? LONG_PASSWORD : "right";
}

/* Each has a port of his own, so that nobody supersedes another. */
static struct request of_user(unsigned number) {
  static char peers[MANY][32];
  snprintf(peers[number], sizeof peers[number], "10.0.1.23:%u", 4000 + number);
  return access_request(name_of(number), password_of(number), .peer = peers[number],
                        .id = (uint8_t)number);
}

static struct world world_of_many(void) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  for (unsigned i = 0; i < MANY; i++) world_add_user(&w, name_of(i), password_of(i));
  world_factor_says(&w, RADMFA_FACTOR_APPROVED, 0);
  return w;
}

Test(arrive, many_at_once_are_each_judged_alone) {
  struct world w = world_of_many();
  int waiters[MANY];
  for (unsigned i = 0; i < MANY; i++) {
    struct request request = of_user(i);
    request.is_forged = i % 5 == 3;
    waiters[i] = world_prepare(&w, request);
  }
  world_send_together(&w, waiters, MANY);
  world_pump(&w, 0);
  for (unsigned i = 0; i < MANY; i++)
    cr_assert_eq(world_code(&w, waiters[i]), i % 5 == 3 ? 0 : RADMFA_ACCESS_ACCEPT, "number %u", i);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_FORGED], MANY / 5);
  world_end(&w);
}

Test(arrive, short_and_long_ones_go_together) {
  struct world w = world_of_many();
  int waiters[MANY];
  for (unsigned i = 0; i < MANY; i++) {
    struct request request = of_user(i);
    if (i % 4 == 1) request.filler = (uint16_t)(i * 90);
    if (i % 4 == 2) request.proxy_state = "one,two";
    if (i == 11) request.code = RADMFA_STATUS_SERVER;
    waiters[i] = world_prepare(&w, request);
  }
  world_send_together(&w, waiters, MANY);
  world_pump(&w, 0);
  for (unsigned i = 0; i < MANY; i++)
    cr_assert_eq(world_code(&w, waiters[i]), RADMFA_ACCESS_ACCEPT, "number %u", i);
  world_end(&w);
}

Test(arrive, a_retransmission_beside_its_request_is_one_login) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_prepare(&w, access_request("alice", "right"));
  world_send_together(&w, (int[]){alice, alice, alice, alice}, 4);
  world_pump(&w, 0);
  cr_assert_eq(world_calls_placed(&w), 1);
  cr_assert_eq(world_stats(&w, 0).retransmissions_absorbed, 3);
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_replies_to(&w, alice), 1);
  world_end(&w);
}

/* A secret may go with its ruleset: what it is to sign is signed before. */
Test(arrive, replies_that_nobody_fetched_before_a_reload_are_signed) {
  struct world_options options;
  world_options_init(&options);
  struct world w = world_new(&options);
  int waiters[MANY];
  for (unsigned i = 0; i < MANY; i++) {
    struct request request = of_user(i);
    request.code = RADMFA_STATUS_SERVER;
    waiters[i] = world_prepare(&w, request);
  }
  world_send_together(&w, waiters, MANY);
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_reload(&w, &options), 0);
  world_pump(&w, 0);
  for (unsigned i = 0; i < MANY; i++)
    cr_assert_eq(world_code(&w, waiters[i]), RADMFA_ACCESS_ACCEPT, "number %u", i);
  world_end(&w);
}
