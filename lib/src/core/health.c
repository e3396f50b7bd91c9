#include "health.h"

#include "retry.h"

#include "core.h"

#define PROBES_TO_DIE 3u
#define PROBES_TO_REVIVE 3u
#define PROBE_SUSPECTED_MS 5000u /* longer than a probe's timeout, whatever the jitter */
#define PROBE_DEAD_MS 10000u
#define OUTSTANDING_TO_DIE 3u
#define TRIAL_MS 30000u
#define REFUSED_MS 1000u

void radmfa__health_init(struct health *health, bool can_be_probed) {
  *health = (struct health){.can_be_probed = can_be_probed};
}

static void enter(struct health *health, enum health_state state) {
  health->state = state;
  health->n_probes = 0;
}

static enum health_change die(struct health *health, uint64_t now_ms) {
  enter(health, HEALTH_DEAD);
  health->died_ms = now_ms;
  health->trial_ms = now_ms + TRIAL_MS;
  health->next_probe_ms += PROBE_DEAD_MS - PROBE_SUSPECTED_MS;
  return HEALTH_DIED;
}

static enum health_change revive(struct health *health) {
  enter(health, HEALTH_ALIVE);
  return HEALTH_REVIVED;
}

/* A suspicion that comes again and again brings no more probes than one that stays. */
static void suspect(struct health *health, uint64_t now_ms) {
  if (!health->can_be_probed || health->state != HEALTH_ALIVE) return;
  enter(health, HEALTH_SUSPECTED);
  if (health->next_probe_ms < now_ms) health->next_probe_ms = now_ms;
}

static bool is_quiet_since(const struct health *health, uint64_t at_ms) {
  return health->quiet_since_ms <= at_ms;
}

static void sign_of_life(struct health *health, uint64_t now_ms) {
  health->quiet_since_ms = now_ms + 1;
  if (health->state == HEALTH_SUSPECTED) enter(health, HEALTH_ALIVE);
}

void radmfa__health_sent(struct health *health, uint64_t now_ms) {
  if (!health->outstanding++) health->waiting_since_ms = now_ms;
  if (health->state == HEALTH_DEAD) health->trial_ms = now_ms + TRIAL_MS;
}

enum health_change radmfa__health_heard(struct health *health, uint64_t sent_ms, uint64_t now_ms) {
  sign_of_life(health, now_ms);
  bool is_trial_passed =
      health->state == HEALTH_DEAD && !health->can_be_probed && sent_ms > health->died_ms;
  return is_trial_passed ? revive(health) : HEALTH_UNCHANGED;
}

enum health_change radmfa__health_replied(struct health *health, uint64_t sent_ms,
                                          uint64_t now_ms) {
  health->outstanding--;
  return radmfa__health_heard(health, sent_ms, now_ms);
}

enum health_change radmfa__health_gave_up(struct health *health, uint64_t sent_ms,
                                          uint64_t now_ms) {
  uint32_t waiting = health->outstanding--;
  if (!is_quiet_since(health, sent_ms)) return HEALTH_UNCHANGED;
  suspect(health, now_ms);
  bool is_dead = !health->can_be_probed && waiting >= OUTSTANDING_TO_DIE;
  return is_dead && health->state != HEALTH_DEAD ? die(health, now_ms) : HEALTH_UNCHANGED;
}

enum health_change radmfa__health_withdrawn(struct health *health, uint32_t timeout_ms,
                                            uint64_t now_ms) {
  uint32_t waiting = health->outstanding--;
  uint64_t since_ms = health->waiting_since_ms;
  if (since_ms < health->quiet_since_ms) since_ms = health->quiet_since_ms;
  bool is_dead =
      !health->can_be_probed && waiting >= OUTSTANDING_TO_DIE && now_ms >= since_ms + timeout_ms;
  return is_dead && health->state != HEALTH_DEAD ? die(health, now_ms) : HEALTH_UNCHANGED;
}

void radmfa__health_cancelled(struct health *health) {
  health->outstanding--;
}

void radmfa__health_unanswered(struct health *health, uint64_t sent_ms, uint64_t now_ms) {
  if (is_quiet_since(health, sent_ms)) suspect(health, now_ms);
}

void radmfa__health_refused(struct health *health, uint64_t now_ms) {
  health->refused_until_ms = now_ms + REFUSED_MS;
  suspect(health, now_ms);
}

uint64_t radmfa__health_probe_at(const struct health *health) {
  bool is_wanted = health->can_be_probed && health->state != HEALTH_ALIVE;
  return is_wanted && !health->is_probe_out ? health->next_probe_ms : UINT64_MAX;
}

void radmfa__health_probe_sent(struct health *health, uint64_t now_ms, uint32_t random_bits) {
  uint32_t period_ms = health->state == HEALTH_DEAD ? PROBE_DEAD_MS : PROBE_SUSPECTED_MS;
  health->is_probe_out = true;
  health->probe_sent_ms = now_ms;
  health->next_probe_ms = now_ms + radmfa__jitter(period_ms, random_bits);
}

enum health_change radmfa__health_probe_answered(struct health *health, uint64_t now_ms) {
  health->is_probe_out = false;
  sign_of_life(health, now_ms);
  if (health->state != HEALTH_DEAD || ++health->n_probes < PROBES_TO_REVIVE)
    return HEALTH_UNCHANGED;
  return revive(health);
}

/* A probe of an earlier suspicion, which a reply ended, says nothing about this one. */
enum health_change radmfa__health_probe_unanswered(struct health *health, uint64_t now_ms) {
  health->is_probe_out = false;
  if (health->state == HEALTH_DEAD) health->n_probes = 0;
  if (health->state != HEALTH_SUSPECTED || !is_quiet_since(health, health->probe_sent_ms))
    return HEALTH_UNCHANGED;
  return ++health->n_probes < PROBES_TO_DIE ? HEALTH_UNCHANGED : die(health, now_ms);
}

void radmfa__health_probe_cancelled(struct health *health) {
  health->is_probe_out = false;
}
