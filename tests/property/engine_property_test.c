/* Random schedules of all that can happen to a few engines. What must hold of every step is judged
 * by support/judge.c, what must hold in the end by world_end: each login one verdict; each waiter
 * one reply of his own, and the same octets after that; no accept without the primary's yes and a
 * factor's, but for the named reasons; no factor twice; every start answered or cancelled; nothing
 * left. */
#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"
#include "../support/world.h"

#include <criterion/criterion.h>

#define WAITERS_MAX 600

static const char *const users[] = {"alice", "bob", "CORP\\alice", "carol", "nobody"};
static const char *const peers[] = {"10.0.1.23:4000", "10.0.1.57:4000", "10.0.1.57:4001",
                                    "10.0.2.9:4000"};

static void shake_policy(struct dice *dice, struct world_options *options) {
  static const uint32_t delays[] = {0, 1000, 700, 60000}, reuse[] = {0, 0, 10000};
  radmfa_policy_options *policy = &options->policy;
  policy->join = !dice_one_in(dice, 5);
  policy->on_unavailable = (radmfa_on_unavailable)dice_below(dice, 3);
  policy->accept_unenrolled = dice_one_in(dice, 3);
  policy->reject_delay_ms = delays[dice_below(dice, 4)];
  policy->reuse_approval_ms = reuse[dice_below(dice, 3)];
  options->factors[0] = dice_one_in(dice, 10) ? NULL : "phone";
  options->factors[1] = options->factors[0] && dice_one_in(dice, 2) ? "passcode" : NULL;
  options->client.timeout_ms = 2000 + 1000 * dice_below(dice, 60);
  options->client.pending_max = dice_one_in(dice, 4) ? 3 : 1000;
  options->client.message_authenticator = (radmfa_message_authenticator)dice_below(dice, 3);
}

static struct world new_world(struct dice *dice) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  options.engines = 1 + dice_below(dice, 3);
  options.methods = RADMFA_METHOD_PAP | RADMFA_METHOD_CHAP;
  options.is_upstream = dice_one_in(dice, 4);
  options.engine.pending_max = dice_one_in(dice, 4) ? 4 : 100000;
  options.engine.kept_replies_max = dice_one_in(dice, 4) ? 2 : 100000;
  shake_policy(dice, &options);
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  world_add_user(&w, "CORP\\alice", "right");
  world_add_user(&w, "bob", "right");
  world_add_user(&w, "carol", "right");
  world_block_user(&w, "carol");
  return w;
}

struct schedule {
  struct dice dice;
  struct world w;
  unsigned engines;
  int waiters[WAITERS_MAX];
  int n_waiters;
};

static void send_new(struct schedule *s) {
  unsigned peer = dice_below(&s->dice, 4);
  struct request request = {.user = users[dice_below(&s->dice, 5)],
                            .password = dice_one_in(&s->dice, 4) ? "wrong" : "right",
                            .peer = peers[peer],
                            .id = (uint8_t)dice_below(&s->dice, 3),
                            .fresh = (uint8_t)s->n_waiters,
                            .engine = (uint8_t)(peer % s->engines),
                            .is_unsigned = dice_one_in(&s->dice, 6),
                            .is_forged = dice_one_in(&s->dice, 20)};
  if (dice_one_in(&s->dice, 4)) request.station = "desk";
  if (dice_one_in(&s->dice, 4)) request.proxy_state = "one,two";
  if (dice_one_in(&s->dice, 8)) request.filler = 900;
  if (dice_one_in(&s->dice, 20)) request.code = RADMFA_STATUS_SERVER;
  if (dice_one_in(&s->dice, 6))
    request.method = dice_one_in(&s->dice, 3) ? RADMFA_METHOD_EAP : RADMFA_METHOD_CHAP;
  if (request.is_forged) request.is_unsigned = false;
  s->waiters[s->n_waiters++] = world_send(&s->w, request);
}

static void answer_primary(struct schedule *s) {
  static const uint8_t attributes[] = {25, 7, 's', 't', 'a', 'f', 'f', 18, 4, 'h', 'i'};
  int waiter = world_checked(&s->w, dice_below(&s->dice, 3));
  if (waiter < 0) return;
  if (!dice_one_in(&s->dice, 4)) {
    world_answer_by_the_book(&s->w, waiter);
    return;
  }
  static const radmfa_primary_verdict verdicts[] = {RADMFA_PRIMARY_REJECT, RADMFA_PRIMARY_CHALLENGE,
                                                    RADMFA_PRIMARY_UNAVAILABLE,
                                                    RADMFA_PRIMARY_OVER_LIMIT};
  world_answer_primary(&s->w, waiter,
                       (radmfa_primary_answer){.verdict = verdicts[dice_below(&s->dice, 4)],
                                               .reason = RADMFA_REASON_BLOCKED,
                                               .was_asked = dice_one_in(&s->dice, 2),
                                               .attributes = {attributes, sizeof attributes},
                                               .identity = radmfa_text("someone")});
}

static void answer_factor(struct schedule *s) {
  int waiter = world_rung(&s->w, dice_below(&s->dice, 3));
  if (waiter < 0) return;
  bool yes = dice_one_in(&s->dice, 2);
  world_answer_factor(
      &s->w, waiter, yes ? RADMFA_FACTOR_APPROVED : (radmfa_factor_answer)dice_below(&s->dice, 11));
}

/* Late, or twice. */
static void answer_out_of_turn(struct schedule *s) {
  int waiter = s->n_waiters ? s->waiters[dice_below(&s->dice, (uint32_t)s->n_waiters)] : -1;
  if (waiter < 0 || !world_has_begun(&s->w, waiter)) return;
  for (unsigned n = 0; n < 10; n++)
    if (world_checked(&s->w, n) == waiter || world_rung(&s->w, n) == waiter) return;
  if (dice_one_in(&s->dice, 2))
    world_answer_by_the_book(&s->w, waiter);
  else
    world_answer_factor(&s->w, waiter, RADMFA_FACTOR_APPROVED);
}

static void reload(struct schedule *s) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  options.methods = RADMFA_METHOD_PAP | RADMFA_METHOD_CHAP;
  shake_policy(&s->dice, &options);
  cr_assert_eq(world_reload(&s->w, &options), 0);
}

static void step(struct schedule *s) {
  uint32_t what = dice_below(&s->dice, 40);
  if (what < 12)
    send_new(s);
  else if (what < 16 && s->n_waiters)
    world_send_again(&s->w, s->waiters[dice_below(&s->dice, (uint32_t)s->n_waiters)]);
  else if (what < 22)
    answer_primary(s);
  else if (what < 26)
    answer_factor(s);
  else if (what < 27)
    answer_out_of_turn(s);
  else if (what < 34)
    world_advance_ms(&s->w, dice_below(&s->dice, 1500));
  else if (what < 36)
    world_advance_ms(&s->w, dice_below(&s->dice, 60000));
  else if (what < 37)
    reload(s);
  else if (what < 38)
    world_pump_by_itself(&s->w, dice_one_in(&s->dice, 2));
  else
    world_pump(&s->w, dice_below(&s->dice, s->engines));
}

static void run(uint64_t seed, unsigned steps) {
  struct schedule s = {.dice = dice_of(seed)};
  struct dice peek = s.dice;
  s.engines = 1 + dice_below(&peek, 3); /* the world's first throw too */
  s.w = new_world(&s.dice);
  for (unsigned n = 0; n < steps; n++) {
    doom_context("seed %llu, step %u", (unsigned long long)seed, n);
    step(&s);
    if (n + 1 == steps && dice_one_in(&s.dice, 3)) world_drain(&s.w);
    world_log_clear(&s.w);
  }
  doom_context("seed %llu, the end", (unsigned long long)seed);
  world_end(&s.w);
}

Test(engine_property, whatever_happens_every_login_ends_once_and_nothing_is_left) {
  for (uint64_t seed = 0; seed < fewer(4000); seed++) run(seed, 80);
}

Test(engine_property, so_it_is_over_long_stories) {
  for (uint64_t seed = 10000; seed < 10000 + fewer(200); seed++) run(seed, 600);
}
