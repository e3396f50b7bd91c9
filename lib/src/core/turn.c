/* turn.c: the only turn: one event in, and what the table in login.c says follows is done. */
#include "engine.h"
#include "mem.h"
#include "reply.h"
#include "request.h"
#include "sign.h"

#include "core.h"

bool radmfa__login_is_follower(const struct login *login) {
  return login->join_role == JOIN_FOLLOWER || login->join_role == JOIN_DELIVERED;
}

void radmfa__engine_leave_epoch(radmfa_engine *engine, struct epoch *epoch) {
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
  if (login->todo & TODO_CANCEL) return;
  radmfa__engine_leave_epoch(engine, login->epoch);
  login->client = NULL;
  login->epoch = NULL;
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

uint64_t radmfa__engine_user(const radmfa_engine *engine, const struct login *login) {
  radmfa_packet packet = login_packet(login);
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

/* The reply, where there is to be one; empty where it cannot be had: then the login ends in
 * silence, and the log says so. */
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

/* The reply takes the place of the request in the login's record. Returns the secret that is to
 * sign it later, with others; NULL where it is signed now, since a ruleset that is no longer
 * current may end with this login. */
static const radmfa_secret *store_reply(struct login *login, radmfa_span reply) {
  const radmfa_secret *secret = login->client->secret;
  radmfa_wipe(login->bytes, login->len);
  login->len = (uint16_t)reply.len;
  if (!reply.len) return NULL;
  memcpy(login->bytes, reply.ptr, reply.len);
  if (login->epoch->is_current) return secret;
  radmfa__sign_reply(&(struct unsigned_packet){login->bytes, login->len, secret});
  return NULL;
}

/* The end of a login: its followers hear the verdict, the log hears it, its own request is
 * answered, and what stays is the reply. */
static void finish(radmfa_engine *engine, struct login *login, radmfa_verdict verdict) {
  bool own_login = !radmfa__login_is_follower(login);
  uint32_t waiters = !login->is_dropped;
  login->verdict = (uint8_t)verdict;
  if (login->join_role == JOIN_LEADER) waiters += radmfa__join_finish(engine->join, login);
  login->join_role = JOIN_NONE;
  if (own_login && verdict == RADMFA_VERDICT_REJECT)
    radmfa__join_disapprove(engine->join, radmfa__engine_user(engine, login));
  radmfa_span reply = build_reply(engine, login);
  if (own_login) tell_end(engine, login, waiters);
  const radmfa_secret *signer = store_reply(login, reply);
  radmfa__engine_release(engine, login);
  if (verdict == RADMFA_VERDICT_SILENT && login->forget_on_silence) {
    radmfa__engine_discard(engine, login);
    return;
  }
  radmfa__dedup_keep(&engine->dedup, login, engine->now_ms);
  if (reply.len) radmfa__engine_send(engine, login, signer);
}

void radmfa__login_forget_password(struct login *login) {
  uint8_t *attribute = login->bytes + login->user_password_at;
  if (!login->user_password_at) return;
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
      radmfa__login_forget_password(login);
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
