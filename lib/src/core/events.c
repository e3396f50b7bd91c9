/* events.c: what backends, the clock and other engines say becomes an event, by policy and with its
 * reason: where the verdict is decided. What follows of an event stands in login.c. */
#include "engine.h"
#include "request.h"

#include "core.h"

/* ---- what a primary's answer means ---- */

void radmfa__engine_refuse(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  const struct policy *policy = login->client->policy;
  bool relay = policy->primary->is_upstream && !policy->n_factors;
  login->reason = (uint8_t)reason;
  radmfa__engine_step(engine, login,
                      relay || !policy->reject_delay_ms ? RADMFA_EVENT_REFUSE_NOW
                                                        : RADMFA_EVENT_REFUSE);
}

static bool says_silent(const struct login *login) {
  return login->client->policy->on_unavailable == RADMFA_UNAVAILABLE_SILENT;
}

static bool too_late_to_call(const radmfa_engine *engine, const struct login *login) {
  uint32_t wait = login->client->wait_ms, needed = login->client->policy->min_call_ms;
  if (needed > wait / 2) needed = wait / 2;
  return login->arrived_ms + wait < engine->now_ms + needed;
}

/* The primary said who it is. A request by another method than PAP may join only now, and so may
 * one whose name was typed with another domain: the same name and password are not the same
 * person. */
static bool joins_after_primary(radmfa_engine *engine, struct login *login) {
  radmfa_packet packet = login_packet(login);
  const struct policy *policy = login->client->policy;
  radmfa_hash_key key = radmfa__join_key(engine->join);
  radmfa_span identity = login_identity(login);
  uint64_t person = radmfa__person_hash(key, radmfa__request_user(&packet), identity);
  bool joins = false;
  if (login->join_role == JOIN_LEADER) {
    joins = radmfa__join_person(engine->join, login, person);
  } else {
    login->person = person;
    if (login->method != RADMFA_METHOD_PAP) {
      login->key =
          radmfa__join_hash_other(key, login->client->name, policy->name, &packet, identity);
      joins = policy->join && radmfa__join_enter(engine->join, login);
    }
  }
  radmfa__engine_supersede_rivals(engine, login, RIVALS_ALL);
  return joins;
}

/* A fresh approval is this person's, not that of whoever shares his name: both are keyed hashes,
 * so a key that names them both is as hard to meet by chance as each of them. */
static radmfa_hash128 approval_key(const struct login *login) {
  return (radmfa_hash128){login->key.a, login->key.b ^ login->person};
}

/* A fresh approval is good for one request: not for those who follow it too. */
static bool reuses_approval(radmfa_engine *engine, struct login *login) {
  if (!login->client->policy->reuse_approval_ms) return false;
  if (!radmfa__join_approved(engine->join, radmfa__engine_user(engine, login), approval_key(login),
                             engine->now_ms))
    return false;
  return login->join_role != JOIN_LEADER || radmfa__join_leave_alone(engine->join, login);
}

static void let_in(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  radmfa__engine_supersede_rivals(engine, login, RIVALS_ALL);
  login->reason = (uint8_t)reason;
  radmfa__engine_step(engine, login, RADMFA_EVENT_ONE_FACTOR);
}

/* The primary said yes: whatever lets in without a factor is named here, each with its reason. */
static void password_right(radmfa_engine *engine, struct login *login, radmfa_admission admission) {
  const struct policy *policy = login->client->policy;
  if (!policy->n_factors) {
    let_in(engine, login, RADMFA_REASON_PRIMARY_ALONE);
  } else if (admission == RADMFA_ADMISSION_EXEMPT) {
    let_in(engine, login, RADMFA_REASON_EXEMPT);
  } else if (admission == RADMFA_ADMISSION_BYPASS) {
    let_in(engine, login, RADMFA_REASON_BYPASS);
  } else if (joins_after_primary(engine, login)) {
    radmfa__engine_step(engine, login, RADMFA_EVENT_JOIN);
  } else if (reuses_approval(engine, login)) {
    let_in(engine, login, RADMFA_REASON_REUSED_APPROVAL);
  } else if (too_late_to_call(engine, login)) {
    login->reason = RADMFA_REASON_DEADLINE;
    radmfa__engine_step(engine, login, RADMFA_EVENT_REFUSE_NOW);
  } else {
    radmfa__engine_step(engine, login, RADMFA_EVENT_CALL);
  }
}

static void primary_cannot_say(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  login->reason = (uint8_t)reason;
  radmfa__engine_step(engine, login,
                      says_silent(login) ? RADMFA_EVENT_PRIMARY_UNAVAILABLE
                                         : RADMFA_EVENT_REFUSE_NOW);
}

static radmfa_reason refusal(uint8_t reason) {
  switch (reason) {
    case RADMFA_REASON_UNKNOWN_USER:
    case RADMFA_REASON_BLOCKED:
    case RADMFA_REASON_METHOD: return (radmfa_reason)reason;
    default: return RADMFA_REASON_WRONG_PASSWORD;
  }
}

/* Most primaries say the name that was typed, and a million logins wait with what they said: that
 * name is in the request already. */
static void keep_answer(radmfa_engine *engine, struct login *login, struct note *note) {
  radmfa_packet packet = login_packet(login);
  login->is_himself =
      !radmfa__blob_attributes(note->blob).len &&
      radmfa_span_equal(radmfa__blob_identity(note->blob), radmfa__request_user(&packet));
  if (login->is_himself) radmfa__blob_unref(radmfa__join_allocator(engine->join), note->blob);
  login->blob = login->is_himself ? NULL : note->blob;
  note->blob = NULL;
}

static void take_primary(radmfa_engine *engine, struct login *login, struct note *note) {
  login->primary_ms = (uint32_t)(engine->now_ms - login->arrived_ms);
  login->primary_said = note->answer;
  keep_answer(engine, login, note);
  radmfa__login_forget_password(login);
  if (note->answer != RADMFA_PRIMARY_ACCEPT)
    radmfa__engine_supersede_rivals(engine, login, RIVALS_ALL);
  switch ((radmfa_primary_verdict)note->answer) {
    case RADMFA_PRIMARY_ACCEPT:
      password_right(engine, login, (radmfa_admission)note->admission);
      return;
    case RADMFA_PRIMARY_REJECT: radmfa__engine_refuse(engine, login, refusal(note->reason)); return;
    case RADMFA_PRIMARY_CHALLENGE:
      login->reason = RADMFA_REASON_CHALLENGED;
      radmfa__engine_step(engine, login, RADMFA_EVENT_CHALLENGE);
      return;
    case RADMFA_PRIMARY_UNAVAILABLE:
      login->forget_on_silence = !note->was_asked;
      primary_cannot_say(engine, login, RADMFA_REASON_PRIMARY_UNAVAILABLE);
      return;
    case RADMFA_PRIMARY_OVER_LIMIT:
      login->forget_on_silence = true;
      primary_cannot_say(engine, login, RADMFA_REASON_LIMIT);
      return;
  }
}

/* ---- what a factor's answer means ---- */

static void not_approved(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  login->reason = (uint8_t)reason;
  radmfa__engine_step(engine, login, RADMFA_EVENT_NOT_APPROVED);
}

/* He may have been blocked while he was asked. False: his login has ended. */
static bool is_admitted(radmfa_engine *engine, struct login *login) {
  const struct policy *policy = login->client->policy;
  radmfa_packet packet = login_packet(login);
  if (!policy->is_admitted || policy->is_admitted(policy->is_admitted_user, login_identity(login),
                                                  radmfa__request_user(&packet)))
    return true;
  not_approved(engine, login, RADMFA_REASON_BLOCKED);
  return false;
}

static void approved(radmfa_engine *engine, struct login *login) {
  const struct policy *policy = login->client->policy;
  if (!is_admitted(engine, login)) return;
  login->reason = RADMFA_REASON_APPROVED;
  if (policy->reuse_approval_ms)
    radmfa__join_approve(engine->join, radmfa__engine_user(engine, login), approval_key(login),
                         engine->now_ms, policy->reuse_approval_ms);
  radmfa__engine_step(engine, login, RADMFA_EVENT_APPROVED);
}

static void factor_cannot_say(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  bool waives = reason == RADMFA_REASON_FACTOR_UNAVAILABLE && /* never a limit */
                login->client->policy->on_unavailable == RADMFA_UNAVAILABLE_ACCEPT;
  if (waives && !is_admitted(engine, login)) return;
  login->reason = (uint8_t)reason;
  radmfa_login_event otherwise =
      says_silent(login) ? RADMFA_EVENT_FACTOR_UNAVAILABLE : RADMFA_EVENT_NOT_APPROVED;
  radmfa__engine_step(engine, login, waives ? RADMFA_EVENT_WAIVED : otherwise);
}

static void not_enrolled(radmfa_engine *engine, struct login *login) {
  const struct policy *policy = login->client->policy;
  login->factor_started = false;
  if (login->factor + 1 < policy->n_factors) {
    bool too_late = too_late_to_call(engine, login);
    if (too_late) login->reason = RADMFA_REASON_DEADLINE;
    login->factor++;
    radmfa__engine_step(engine, login,
                        too_late ? RADMFA_EVENT_NOT_APPROVED : RADMFA_EVENT_NEXT_FACTOR);
    return;
  }
  if (policy->accept_unenrolled && !is_admitted(engine, login)) return;
  login->reason = RADMFA_REASON_UNENROLLED;
  radmfa_login_event refused =
      policy->reject_delay_ms ? RADMFA_EVENT_NOT_ENROLLED : RADMFA_EVENT_NOT_APPROVED;
  radmfa__engine_step(engine, login, policy->accept_unenrolled ? RADMFA_EVENT_WAIVED : refused);
}

static void take_factor(radmfa_engine *engine, struct login *login, radmfa_factor_answer answer) {
  login->factor_ms = (uint32_t)(engine->now_ms - login->arrived_ms) - login->primary_ms;
  switch (answer) {
    case RADMFA_FACTOR_APPROVED: approved(engine, login); return;
    case RADMFA_FACTOR_DENIED: not_approved(engine, login, RADMFA_REASON_DENIED); return;
    case RADMFA_FACTOR_FRAUD: not_approved(engine, login, RADMFA_REASON_FRAUD); return;
    case RADMFA_FACTOR_BUSY: not_approved(engine, login, RADMFA_REASON_BUSY); return;
    case RADMFA_FACTOR_DECLINED: not_approved(engine, login, RADMFA_REASON_DECLINED); return;
    case RADMFA_FACTOR_HUNG_UP: not_approved(engine, login, RADMFA_REASON_HUNG_UP); return;
    case RADMFA_FACTOR_BAD_NUMBER: not_approved(engine, login, RADMFA_REASON_BAD_NUMBER); return;
    case RADMFA_FACTOR_NO_ANSWER:
      login->reason = RADMFA_REASON_NO_ANSWER;
      radmfa__engine_step(engine, login, RADMFA_EVENT_NO_ANSWER);
      return;
    case RADMFA_FACTOR_UNAVAILABLE:
      factor_cannot_say(engine, login, RADMFA_REASON_FACTOR_UNAVAILABLE);
      return;
    case RADMFA_FACTOR_OVER_LIMIT: factor_cannot_say(engine, login, RADMFA_REASON_LIMIT); return;
    case RADMFA_FACTOR_NOT_ENROLLED: not_enrolled(engine, login); return;
  }
  not_approved(engine, login, RADMFA_REASON_DENIED); /* a number that is none of ours is no yes */
}

/* ---- what came in ---- */

static void abandon(radmfa_engine *engine, struct login *login) {
  if (login->join_role == JOIN_LEADER && !radmfa__join_abandon(engine->join, login)) return;
  if (!radmfa__login_is_follower(login)) {
    login->reason = RADMFA_REASON_SUPERSEDED;
    login->is_dropped = true;
  }
  radmfa__engine_step(engine, login, RADMFA_EVENT_ABANDONED);
}

void radmfa__engine_supersede_rivals(radmfa_engine *engine, struct login *login,
                                     enum rivals which) {
  struct login *rival;
  while ((rival = radmfa__dedup_rival(&engine->dedup, login, which))) abandon(engine, rival);
}

/* The reason of who follows is his leader's to write; one that is refused already keeps the reason,
 * and the delay, that it has. */
static void hang_up(radmfa_engine *engine, struct login *login) {
  uint32_t elapsed = (uint32_t)(engine->now_ms - login->arrived_ms);
  if (login->state == RADMFA_STATE_PRIMARY) login->primary_ms = elapsed;
  if (login->state == RADMFA_STATE_FACTOR) login->factor_ms = elapsed - login->primary_ms;
  if (login->state != RADMFA_STATE_FOLLOWS && login->state != RADMFA_STATE_REFUSED)
    login->reason = RADMFA_REASON_HUNG_UP;
  radmfa__engine_step(engine, login, RADMFA_EVENT_HANG_UP);
}

void radmfa__engine_take_note(radmfa_engine *engine, struct note *note) {
  struct login *login = radmfa__pool_find(&engine->logins, note->number);
  bool waits_for_primary =
      login && login->state == RADMFA_STATE_PRIMARY && !(login->todo & TODO_CHECK);
  bool waits_for_factor =
      login && login->state == RADMFA_STATE_FACTOR && !(login->todo & TODO_START_FACTOR);
  if (note->kind == NOTE_PRIMARY && waits_for_primary)
    take_primary(engine, login, note);
  else if (note->kind == NOTE_FACTOR && waits_for_factor)
    take_factor(engine, login, (radmfa_factor_answer)note->answer);
  else if (note->kind == NOTE_ABANDONED && login && login->join_role == JOIN_LEADER &&
           login->is_dropped)
    abandon(engine, login);
  else if (note->kind == NOTE_HANG_UP && login && login->state != RADMFA_STATE_DONE)
    hang_up(engine, login);
  else
    engine->stats.answers_dropped++;
  radmfa__blob_unref(radmfa__join_allocator(engine->join), note->blob);
}

void radmfa__engine_take_verdict(radmfa_engine *engine, struct login *follower) {
  static const radmfa_login_event event_of[] = {
      [RADMFA_VERDICT_ACCEPT] = RADMFA_EVENT_LEADER_ACCEPTED,
      [RADMFA_VERDICT_REJECT] = RADMFA_EVENT_LEADER_REJECTED,
      [RADMFA_VERDICT_SILENT] = RADMFA_EVENT_LEADER_SILENT,
      [RADMFA_VERDICT_CHALLENGE] = RADMFA_EVENT_LEADER_CHALLENGED};
  radmfa__engine_step(engine, follower, event_of[follower->verdict]);
}

void radmfa__engine_take_due(radmfa_engine *engine, struct login *login) {
  radmfa_login_event event = RADMFA_EVENT_DEADLINE;
  uint32_t elapsed = (uint32_t)(engine->now_ms - login->arrived_ms);
  switch ((radmfa_login_state)login->state) {
    case RADMFA_STATE_REFUSED: event = RADMFA_EVENT_REJECT_DUE; break;
    case RADMFA_STATE_PRIMARY:
      login->reason = RADMFA_REASON_PRIMARY_UNAVAILABLE;
      login->primary_ms = elapsed;
      if (says_silent(login)) event = RADMFA_EVENT_DEADLINE_SILENT;
      break;
    case RADMFA_STATE_FACTOR:
      login->reason = RADMFA_REASON_DEADLINE;
      login->factor_ms = elapsed - login->primary_ms;
      break;
    case RADMFA_STATE_FOLLOWS: /* its reason is its leader's to write, and goes into no log */
    case RADMFA_STATE_NEW:
    case RADMFA_STATE_UNANSWERED: /* the reason stands since nobody answered */
    case RADMFA_STATE_DONE:
    case RADMFA_STATE_COUNT: break;
  }
  radmfa__engine_step(engine, login, event);
}
