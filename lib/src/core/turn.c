/* turn.c: the only turn: one event in, one action out. What backends, the clock and other
 * engines say becomes an event with its reason (here, by policy), the table in login.c says what
 * follows, and that is done. */
#include "engine.h"
#include "mem.h"
#include "reply.h"
#include "request.h"

#include "core.h"

/* ---- actions ---- */

static bool is_follower(const struct login *login) {
  return login->join_role == JOIN_FOLLOWER || login->join_role == JOIN_DELIVERED;
}

void radmfa__engine_leave_ruleset(radmfa_engine *engine, struct login *login) {
  struct epoch *epoch = login->epoch;
  login->client = NULL;
  login->epoch = NULL;
  if (--epoch->logins || epoch->is_current) return;
  radmfa_ruleset_unref(epoch->ruleset);
  radmfa__free(&engine->allocator, epoch, sizeof *epoch);
}

void radmfa__engine_release(radmfa_engine *engine, struct login *login) {
  radmfa__deadline_remove(&login->due);
  radmfa__quota_give(&engine->pending);
  radmfa__count_down(&login->client->pending);
  engine->stats.pending--;
  radmfa__blob_unref(radmfa__join_allocator(engine->join), login->blob);
  login->blob = NULL;
  if (!(login->todo & TODO_CANCEL)) radmfa__engine_leave_ruleset(engine, login);
}

static void tell_end(radmfa_engine *engine, struct login *login, uint32_t waiters) {
  const struct policy *policy = login->client->policy;
  engine->stats.logins[login->reason]++;
  if (login->verdict == RADMFA_VERDICT_ACCEPT && login->reason != RADMFA_REASON_APPROVED)
    engine->stats.accepted_on_one_factor[login->reason]++;
  radmfa_notice notice = {.type = RADMFA_NOTICE_LOGIN,
                          .verdict = (radmfa_verdict)login->verdict,
                          .reason = (radmfa_reason)login->reason,
                          .waiters = waiters,
                          .primary_ms = login->primary_ms,
                          .factor_ms = login->factor_ms,
                          .total_ms = (uint32_t)(engine->now_ms - login->arrived_ms)};
  if (login->factor_started) notice.factor = policy->factors[login->factor].name;
  notice.secret_may_be_wrong =
      login->reason == RADMFA_REASON_WRONG_PASSWORD && login->password_is_odd;
  /* a line for each would be one more way to be overrun */
  if (login->reason == RADMFA_REASON_LIMIT) {
    notice.type = RADMFA_NOTICE_DROP;
    notice.drop = RADMFA_DROP_LIMIT;
  }
  radmfa__engine_notice(engine, login, &notice);
}

static uint64_t user_hash(const radmfa_engine *engine, const struct login *login) {
  radmfa_packet packet;
  if (radmfa_packet_parse(login_bytes(login), &packet)) return 0;
  return radmfa__user_hash(radmfa__join_key(engine->join), radmfa__request_user(&packet));
}

/* Room for a reply that carries more than there was room for from the beginning. */
static int make_room(radmfa_engine *engine, struct login *login, size_t size) {
  if (size <= login->size) return 0;
  uint8_t *bytes = radmfa__alloc(&engine->allocator, size);
  if (!bytes) return RADMFA_E_NO_MEMORY;
  memcpy(bytes, login->bytes, login->len);
  radmfa_wipe(login->bytes, login->len);
  if (login->bytes != login->room) radmfa__free(&engine->allocator, login->bytes, login->size);
  login->bytes = bytes;
  login->size = (uint16_t)size;
  return 0;
}

/* The reply, where there is to be one; empty where it cannot be had: then the login ends in silence,
 * and the log says so. */
static radmfa_span build_reply(radmfa_engine *engine, struct login *login) {
  radmfa_span reply = {0};
  radmfa_notice notice = {.type = RADMFA_NOTICE_DROP, .drop = RADMFA_DROP_TOO_BIG};
  if (login->verdict == RADMFA_VERDICT_SILENT || login->is_dropped) return reply;
  int error = radmfa__reply_build(login, engine->reply, &reply);
  if (!error) error = make_room(engine, login, reply.len);
  if (!error) return reply;
  if (error == RADMFA_E_NO_MEMORY) notice.drop = RADMFA_DROP_NO_MEMORY;
  engine->stats.drops[notice.drop]++;
  radmfa__engine_notice(engine, login, &notice);
  login->verdict = RADMFA_VERDICT_SILENT;
  return (radmfa_span){0};
}

/* The reply takes the place of the request in the login's record. */
static void store_reply(struct login *login, radmfa_span reply) {
  radmfa_wipe(login->bytes, login->len);
  if (reply.len) memcpy(login->bytes, reply.ptr, reply.len);
  login->len = (uint16_t)reply.len;
}

/* The end of a login: its followers hear the verdict, the log hears it, its own request is
 * answered, and what stays is the reply. */
static void finish(radmfa_engine *engine, struct login *login, radmfa_verdict verdict) {
  bool own_login = !is_follower(login);
  uint32_t waiters = !login->is_dropped;
  login->verdict = (uint8_t)verdict;
  if (login->join_role == JOIN_LEADER) waiters += radmfa__join_finish(engine->join, login);
  login->join_role = JOIN_NONE;
  if (own_login && verdict == RADMFA_VERDICT_REJECT)
    radmfa__join_disapprove(engine->join, user_hash(engine, login));
  radmfa_span reply = build_reply(engine, login);
  if (own_login) tell_end(engine, login, waiters);
  store_reply(login, reply);
  radmfa__engine_release(engine, login);
  if (verdict == RADMFA_VERDICT_SILENT && login->forget_on_silence) {
    radmfa__engine_discard(engine, login);
    return;
  }
  radmfa__dedup_keep(&engine->dedup, login, engine->now_ms);
  if (reply.len) radmfa__engine_queue(engine, login, TODO_SEND);
}

/* The kept request needs its User-Password no more, hidden as it is. */
static void forget_password(struct login *login) {
  radmfa_packet packet;
  if (radmfa_packet_parse(login_bytes(login), &packet) || !packet.user_password_at) return;
  uint8_t *attribute = login->bytes + packet.user_password_at;
  radmfa_wipe(attribute + 2, attribute[1] - 2u);
}

/* A start that the caller has not fetched is taken back: the backend never hears of this login. */
static void cancel(radmfa_engine *engine, struct login *login, enum todo start, enum todo stop) {
  if (login->todo & start)
    login->todo &= (uint8_t)~start;
  else
    radmfa__engine_queue(engine, login, stop);
}

static void unfollow(radmfa_engine *engine, struct login *login) {
  radmfa__join_leave(engine->join, login, engine->inbox);
  login->forget_on_silence = false;  /* a verdict may have come in the same moment */
  login->join_role = JOIN_DELIVERED; /* still no login of its own: no line in the log */
}

/* When a refusal is answered: at arrival + reject_delay or its next multiple, whatever the
 * reason, and never after the deadline. */
static void wait_for_reject(radmfa_engine *engine, struct login *login) {
  uint64_t delay = login->client->policy->reject_delay_ms; /* not 0: that is REFUSE_NOW */
  uint64_t elapsed = engine->now_ms - login->arrived_ms;
  uint64_t wait = elapsed <= delay ? delay : (elapsed + delay - 1) / delay * delay;
  if (wait > login->client->wait_ms) wait = login->client->wait_ms;
  radmfa__deadline_remove(&login->due);
  radmfa__deadline_add(&engine->deadlines, &login->due, login->arrived_ms + wait);
}

static void perform(radmfa_engine *engine, struct login *login, radmfa_login_action action) {
  switch (action) {
    case RADMFA_ACTION_NONE:
    case RADMFA_ACTION_IGNORE:
    case RADMFA_ACTION_COUNT: return;
    case RADMFA_ACTION_CHECK_PASSWORD: radmfa__engine_queue(engine, login, TODO_CHECK); return;
    case RADMFA_ACTION_START_FACTOR: radmfa__engine_queue(engine, login, TODO_START_FACTOR); return;
    case RADMFA_ACTION_WAIT: wait_for_reject(engine, login); return;
    case RADMFA_ACTION_FOLLOW:
      engine->stats.joined++;
      forget_password(login);
      return;
    case RADMFA_ACTION_CANCEL_PRIMARY_REJECT:
    case RADMFA_ACTION_CANCEL_PRIMARY_SILENCE:
      cancel(engine, login, TODO_CHECK, TODO_CANCEL_PRIMARY);
      break;
    case RADMFA_ACTION_CANCEL_FACTOR_REJECT:
    case RADMFA_ACTION_CANCEL_FACTOR_SILENCE:
      cancel(engine, login, TODO_START_FACTOR, TODO_CANCEL_FACTOR);
      break;
    case RADMFA_ACTION_UNFOLLOW_REJECT:
    case RADMFA_ACTION_UNFOLLOW_SILENCE: unfollow(engine, login); break;
    case RADMFA_ACTION_ACCEPT: finish(engine, login, RADMFA_VERDICT_ACCEPT); return;
    case RADMFA_ACTION_CHALLENGE: finish(engine, login, RADMFA_VERDICT_CHALLENGE); return;
    case RADMFA_ACTION_REJECT:
    case RADMFA_ACTION_SILENCE: break;
  }
  bool rejects = action == RADMFA_ACTION_REJECT || action == RADMFA_ACTION_CANCEL_PRIMARY_REJECT ||
                 action == RADMFA_ACTION_CANCEL_FACTOR_REJECT ||
                 action == RADMFA_ACTION_UNFOLLOW_REJECT;
  finish(engine, login, rejects ? RADMFA_VERDICT_REJECT : RADMFA_VERDICT_SILENT);
}

void radmfa__engine_step(radmfa_engine *engine, struct login *login, radmfa_login_event event) {
  radmfa_login_step step = radmfa_login_step_for((radmfa_login_state)login->state, event);
  login->state = step.next;
  perform(engine, login, (radmfa_login_action)step.action);
}

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

/* The primary said who it is. A request by another method than PAP may join only now, and so may one
 * whose name was typed with another domain: the same name and password are not the same person. */
static bool joins_after_primary(radmfa_engine *engine, struct login *login) {
  radmfa_packet packet;
  if (radmfa_packet_parse(login_bytes(login), &packet)) return false;
  const struct policy *policy = login->client->policy;
  radmfa_hash_key key = radmfa__join_key(engine->join);
  radmfa_span identity = radmfa__blob_identity(login->blob);
  uint64_t person = radmfa__person_hash(key, radmfa__request_user(&packet), identity);
  if (login->join_role == JOIN_LEADER) return radmfa__join_person(engine->join, login, person);
  login->person = person;
  if (login->method == RADMFA_METHOD_PAP) return false;
  login->key = radmfa__join_hash_other(key, login->client->name, policy->name, &packet, identity);
  bool joins = policy->join && radmfa__join_enter(engine->join, login);
  radmfa__engine_supersede_rivals(engine, login);
  return joins;
}

/* A fresh approval is this person's, not that of whoever shares his name. */
static radmfa_hash128 approval_key(const struct login *login) {
  return (radmfa_hash128){login->key.a, login->key.b ^ login->person};
}

/* A fresh approval is good for one request: not for those who follow it too. */
static bool reuses_approval(radmfa_engine *engine, struct login *login) {
  if (!login->client->policy->reuse_approval_ms) return false;
  if (!radmfa__join_approved(engine->join, user_hash(engine, login), approval_key(login),
                             engine->now_ms))
    return false;
  return login->join_role != JOIN_LEADER || radmfa__join_leave_alone(engine->join, login);
}

static void let_in(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
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

static void take_primary(radmfa_engine *engine, struct login *login, struct note *note) {
  login->primary_ms = (uint32_t)(engine->now_ms - login->arrived_ms);
  login->primary_said = note->answer;
  login->blob = note->blob;
  note->blob = NULL;
  forget_password(login);
  if (note->answer != RADMFA_PRIMARY_ACCEPT) radmfa__engine_supersede_rivals(engine, login);
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

static void approved(radmfa_engine *engine, struct login *login) {
  const struct policy *policy = login->client->policy;
  login->reason = RADMFA_REASON_APPROVED;
  if (policy->reuse_approval_ms)
    radmfa__join_approve(engine->join, user_hash(engine, login), approval_key(login),
                         engine->now_ms, policy->reuse_approval_ms);
  radmfa__engine_step(engine, login, RADMFA_EVENT_APPROVED);
}

static void not_approved(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  login->reason = (uint8_t)reason;
  radmfa__engine_step(engine, login, RADMFA_EVENT_NOT_APPROVED);
}

static void factor_cannot_say(radmfa_engine *engine, struct login *login, radmfa_reason reason) {
  login->reason = (uint8_t)reason;
  bool waives = reason == RADMFA_REASON_FACTOR_UNAVAILABLE && /* never a limit */
                login->client->policy->on_unavailable == RADMFA_UNAVAILABLE_ACCEPT;
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
  if (!is_follower(login)) login->reason = RADMFA_REASON_SUPERSEDED;
  login->is_dropped = true;
  radmfa__engine_step(engine, login, RADMFA_EVENT_ABANDONED);
}

void radmfa__engine_supersede_rivals(radmfa_engine *engine, struct login *login) {
  struct login *rival;
  while ((rival = radmfa__dedup_rival(&engine->dedup, login))) abandon(engine, rival);
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
