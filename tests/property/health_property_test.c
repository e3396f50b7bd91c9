/* Random events of a few servers, some of which are silent for a while, against the rules of
 * health.h and choose.h told once more: by a model that keeps every request and every probe. */
#include "core/choose.h"

#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"

#include <criterion/criterion.h>

#define SERVERS 4u
#define WAITING_MAX 40u

struct model {
  bool can_be_probed, is_silent;
  bool is_suspected, is_dead, is_probe_out;
  uint64_t heard_ms, died_ms, trial_ms, refused_ms, probe_ms; /* 0: never */
  unsigned unanswered, answered;                              /* probes in a row */
  uint64_t waiting_since_ms;                                  /* at least one request is */
  uint64_t waiting_ms[WAITING_MAX];                           /* when each request was sent */
  uint32_t n_waiting;
};

static struct health health[SERVERS];
static struct model models[SERVERS];
static uint64_t now_ms;
static uint32_t turn;
static unsigned deaths[2], revivals[2], trials; /* deaths[1]: of those that can be probed */
static unsigned withdrawn;                      /* deaths by that */

static void expect(unsigned i, enum health_change change, bool dies, bool revives) {
  struct model *m = &models[i];
  if ((change == HEALTH_DIED) != dies) DOOM("server %u, %s", i, dies ? "lives on" : "died");
  if ((change == HEALTH_REVIVED) != revives) DOOM("server %u, revived: %d", i, !revives);
  deaths[m->can_be_probed] += dies;
  revivals[m->can_be_probed] += revives;
  m->is_dead = (m->is_dead || dies) && !revives;
  if (!dies) return;
  m->is_suspected = false;
  m->answered = 0;
  m->died_ms = now_ms;
  m->trial_ms = now_ms + 30000;
}

static void is_heard(struct model *m) {
  m->heard_ms = now_ms;
  m->is_suspected = false;
  m->unanswered = 0;
}

static void is_silent_since(struct model *m, uint64_t at_ms) {
  if (m->can_be_probed && !m->is_dead && m->heard_ms < at_ms) m->is_suspected = true;
}

static uint64_t end_one(struct dice *dice, struct model *m) {
  uint32_t which = dice_below(dice, m->n_waiting);
  uint64_t sent_ms = m->waiting_ms[which];
  m->waiting_ms[which] = m->waiting_ms[--m->n_waiting];
  return sent_ms;
}

static void send_to(unsigned i) {
  struct model *m = &models[i];
  if (m->n_waiting == WAITING_MAX) return;
  radmfa__health_sent(&health[i], now_ms);
  if (!m->n_waiting) m->waiting_since_ms = now_ms;
  m->waiting_ms[m->n_waiting++] = now_ms;
  if (m->is_dead) m->trial_ms = now_ms + 30000;
}

static void reply(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  bool is_late = dice_one_in(dice, 8);
  if (m->is_silent || (!is_late && !m->n_waiting)) return;
  uint64_t sent_ms = is_late ? now_ms - dice_below(dice, 60000) : end_one(dice, m);
  bool revives = m->is_dead && !m->can_be_probed && sent_ms > m->died_ms;
  is_heard(m);
  expect(i,
         is_late ? radmfa__health_heard(&health[i], sent_ms, now_ms)
                 : radmfa__health_replied(&health[i], sent_ms, now_ms),
         false, revives);
}

static void give_up(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  uint32_t waiting = m->n_waiting;
  if (!waiting) return;
  uint64_t sent_ms = end_one(dice, m);
  bool dies = !m->can_be_probed && !m->is_dead && m->heard_ms < sent_ms && waiting >= 3;
  is_silent_since(m, sent_ms);
  expect(i, radmfa__health_gave_up(&health[i], sent_ms, now_ms), dies, false);
}

static void withdraw(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  uint32_t waiting = m->n_waiting;
  if (!waiting) return;
  (void)end_one(dice, m);
  bool dies = !m->can_be_probed && !m->is_dead && waiting >= 3 &&
              now_ms - m->waiting_since_ms >= 55000 && now_ms - m->heard_ms > 55000;
  withdrawn += dies;
  expect(i, radmfa__health_withdrawn(&health[i], 55000, now_ms), dies, false);
}

static void cancel(struct dice *dice, unsigned i) {
  if (!models[i].n_waiting) return;
  (void)end_one(dice, &models[i]);
  radmfa__health_cancelled(&health[i]);
}

static void send_again(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  if (!m->n_waiting) return;
  uint64_t sent_ms = m->waiting_ms[dice_below(dice, m->n_waiting)];
  is_silent_since(m, sent_ms);
  radmfa__health_unanswered(&health[i], sent_ms, now_ms);
}

static void refuse(unsigned i) {
  models[i].refused_ms = now_ms;
  is_silent_since(&models[i], UINT64_MAX);
  radmfa__health_refused(&health[i], now_ms);
}

static void send_probe(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  uint64_t pause_ms = m->is_dead ? 9000 : 4500;
  if (m->is_probe_out) DOOM("server %u, two probes at once", i);
  if (m->probe_ms && now_ms - m->probe_ms < pause_ms) DOOM("server %u, a probe too early", i);
  radmfa__health_probe_sent(&health[i], now_ms, (uint32_t)dice_next(dice));
  m->is_probe_out = true;
  m->probe_ms = now_ms;
}

static void probe_answered(unsigned i) {
  struct model *m = &models[i];
  is_heard(m);
  bool revives = m->is_dead && ++m->answered == 3;
  expect(i, radmfa__health_probe_answered(&health[i], now_ms), false, revives);
}

static void probe_unanswered(unsigned i) {
  struct model *m = &models[i];
  m->answered = 0;
  bool counts = m->is_suspected && m->heard_ms < m->probe_ms;
  bool dies = counts && ++m->unanswered == 3;
  expect(i, radmfa__health_probe_unanswered(&health[i], now_ms), dies, false);
}

static void end_probe(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  bool is_timed_out = now_ms - m->probe_ms >= HEALTH_PROBE_TIMEOUT_MS;
  if (!is_timed_out && m->is_silent) return;
  m->is_probe_out = false;
  if (dice_one_in(dice, 20))
    radmfa__health_probe_cancelled(&health[i]);
  else if (is_timed_out)
    probe_unanswered(i);
  else
    probe_answered(i);
}

static void probe(struct dice *dice, unsigned i) {
  struct model *m = &models[i];
  uint64_t at_ms = radmfa__health_probe_at(&health[i]);
  bool is_wanted = m->can_be_probed && (m->is_suspected || m->is_dead) && !m->is_probe_out;
  if ((at_ms != UINT64_MAX) != is_wanted) DOOM("server %u, a probe is wanted: %d", i, is_wanted);
  if (m->is_probe_out)
    end_probe(dice, i);
  else if (at_ms <= now_ms)
    send_probe(dice, i);
}

/* The lower the better. */
static int rank(const struct model *m) {
  if (m->refused_ms && now_ms - m->refused_ms < 1000) return 2;
  return m->is_suspected ? 1 : 0;
}

static bool is_trial_due(const struct model *m) {
  return m->is_dead && !m->can_be_probed && now_ms >= m->trial_ms;
}

static bool is_candidate(unsigned i, uint32_t tried) {
  return !(tried >> i & 1) && (!models[i].is_dead || is_trial_due(&models[i]));
}

/* Is `i` a better choice than `chosen`, whatever the strategy? */
static bool is_before(unsigned i, unsigned chosen) {
  if (is_trial_due(&models[chosen])) return false;
  return is_trial_due(&models[i]) || rank(&models[i]) < rank(&models[chosen]);
}

static bool has_fewer(unsigned i, unsigned chosen) {
  return !models[chosen].is_dead && rank(&models[i]) == rank(&models[chosen]) &&
         models[i].n_waiting < models[chosen].n_waiting;
}

static int checked_choice(radmfa_strategy strategy, uint32_t tried) {
  int chosen = radmfa__choose(strategy, health, SERVERS, &turn, tried, now_ms);
  if (chosen != CHOOSE_NONE && !is_candidate((unsigned)chosen, tried)) DOOM("chose %d", chosen);
  for (unsigned i = 0; i < SERVERS; i++) {
    if (!is_candidate(i, tried)) continue;
    if (chosen == CHOOSE_NONE) DOOM("chose none instead of %u", i);
    if (is_before(i, (unsigned)chosen)) DOOM("chose %d instead of %u", chosen, i);
    if (strategy == RADMFA_STRATEGY_LEAST_OUTSTANDING && has_fewer(i, (unsigned)chosen))
      DOOM("chose %d, and %u has fewer outstanding", chosen, i);
  }
  return chosen;
}

static void ask(struct dice *dice) {
  uint32_t tried = dice_one_in(dice, 3) ? dice_below(dice, 1u << SERVERS) : 0;
  int chosen = checked_choice((radmfa_strategy)dice_below(dice, 3), tried);
  if (chosen == CHOOSE_NONE) return;
  trials += models[chosen].is_dead;
  send_to((unsigned)chosen);
}

static void step(struct dice *dice) {
  unsigned i = dice_below(dice, SERVERS);
  struct model *m = &models[i];
  now_ms += dice_one_in(dice, 2) ? dice_below(dice, 400) : 0;
  switch (dice_below(dice, 40)) {
    case 0: m->is_silent = !m->is_silent; break;
    case 1: refuse(i); break;
    case 2: now_ms += dice_below(dice, 12000); break;
    case 3: dice_one_in(dice, 2) ? cancel(dice, i) : withdraw(dice, i); break;
    case 4: give_up(dice, i); break;
    case 5:
    case 6: send_again(dice, i); break;
    default:
      if (dice_one_in(dice, 2))
        ask(dice);
      else
        reply(dice, i);
  }
  for (unsigned each = 0; each < SERVERS; each++) probe(dice, each);
  if (health[i].outstanding != m->n_waiting) DOOM("%u outstanding", health[i].outstanding);
}

static void run(uint64_t seed) {
  struct dice dice = dice_of(seed);
  now_ms = 100000;
  for (unsigned i = 0; i < SERVERS; i++) {
    models[i] = (struct model){.can_be_probed = i % 2};
    radmfa__health_init(&health[i], models[i].can_be_probed);
  }
  for (unsigned n = 0; n < 5000; n++) {
    doom_context("seed %llu, step %u", (unsigned long long)seed, n);
    step(&dice);
  }
}

Test(health_property, servers_die_revive_and_are_chosen_by_the_rules) {
  for (uint64_t seed = 0; seed < fewer(200); seed++) run(seed);
  /* Enough of each has happened. */
  cr_assert_gt(deaths[0], fewer(100));
  cr_assert_gt(deaths[1], fewer(100));
  cr_assert_gt(revivals[0], fewer(100));
  cr_assert_gt(revivals[1], fewer(100));
  cr_assert_gt(trials, fewer(100));
  cr_assert_gt(withdrawn, fewer(100));
}
