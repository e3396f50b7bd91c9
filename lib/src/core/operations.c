/* operations.c: the way out of an engine: what is to be started, cancelled and sent waits in queues
 * until the caller fetches it. */
#include "engine.h"
#include "forward.h"
#include "mem.h"
#include "request.h"
#include "sign.h"

#include "core.h"

/* ---- queues ---- */

static void queue_init(struct queue *queue) {
  queue->first = NULL;
  queue->end = &queue->first;
}

void radmfa__engine_init_queues(radmfa_engine *engine) {
  queue_init(&engine->operations);
  queue_init(&engine->sends);
  queue_init(&engine->spent);
}

static void push(struct queue *queue, struct login *login) {
  login->queue_next = NULL;
  *queue->end = login;
  queue->end = &login->queue_next;
}

static struct login *pop(struct queue *queue) {
  struct login *login = queue->first;
  if (!login) return NULL;
  queue->first = login->queue_next;
  if (!queue->first) queue->end = &queue->first;
  return login;
}

void radmfa__engine_queue(radmfa_engine *engine, struct login *login, enum todo todo) {
  login->todo |= (uint8_t)todo;
  if (login->is_queued) return;
  login->is_queued = true;
  push(todo == TODO_SEND ? &engine->sends : &engine->operations, login);
}

void radmfa__engine_send(radmfa_engine *engine, struct login *login, const radmfa_secret *signer) {
  login->signer = signer;
  radmfa__engine_queue(engine, login, TODO_SEND);
}

static void destroy(radmfa_engine *engine, struct login *login) {
  if (login->bytes != login->room) radmfa__free(&engine->allocator, login->bytes, login->size);
  radmfa__pool_give(&engine->logins, login);
}

void radmfa__engine_discard_removed(radmfa_engine *engine, struct login *login) {
  login->is_dead = true;
  if (!login->is_queued) destroy(engine, login);
}

void radmfa__engine_discard(radmfa_engine *engine, struct login *login) {
  if (!login->is_dead) radmfa__dedup_remove(&engine->dedup, login);
  radmfa__engine_discard_removed(engine, login);
}

/* ---- out ---- */

/* The operation that was fetched last has been performed. */
static void end_operation(radmfa_engine *engine) {
  radmfa_wipe(engine->password, engine->password_len);
  radmfa_wipe(engine->forward, engine->forward_len);
  engine->password_len = engine->forward_len = 0;
  if (engine->cancelled) radmfa__engine_leave_epoch(engine, engine->cancelled);
  engine->cancelled = NULL;
}

void radmfa__engine_end_operations(radmfa_engine *engine) {
  struct login *login;
  end_operation(engine);
  while ((login = pop(&engine->spent))) destroy(engine, login);
}

static void fill_request(radmfa_engine *engine, const struct login *login,
                         radmfa_request *out_request) {
  engine->packet = login_packet(login);
  *out_request = (radmfa_request){.login_id = radmfa__login_id(engine->number, login),
                                  .method = (radmfa_method)login->method,
                                  .packet = &engine->packet,
                                  .client = login->client->name,
                                  .policy = login->client->policy->name,
                                  .now_ms = engine->now_ms,
                                  .deadline_ms = login->arrived_ms + login->client->wait_ms};
  (void)radmfa_packet_find(&engine->packet, RADMFA_ATTR_USER_NAME, &out_request->user);
}

/* Until the inbox was found empty the engine looks by itself: backends that answer at once need
 * not wake it. */
static void stay_awake(radmfa_engine *engine) {
  if (engine->is_awake) return;
  engine->is_awake = true;
  radmfa__inbox_stay_awake(engine->inbox);
}

/* ---- passwords ---- */

struct revealed *radmfa__engine_revealed(radmfa_engine *engine, struct login *login,
                                         struct revealed *spare) {
  if (engine->n_revealed == REVEALED_MAX) return spare;
  struct revealed *revealed = &engine->revealed[engine->n_revealed++];
  login->revealed = (uint8_t)engine->n_revealed;
  revealed->len = 0;
  return revealed;
}

/* Nothing is left to fetch: whoever did not need his password will not. */
static void forget_revealed(radmfa_engine *engine) {
  while (engine->n_revealed) {
    struct revealed *revealed = &engine->revealed[--engine->n_revealed];
    radmfa_wipe(revealed->password, revealed->len);
  }
}

static int reveal(radmfa_engine *engine, const struct login *login, size_t *out_len) {
  if (!login->revealed)
    return radmfa_reveal_password(&engine->packet, login->client->secret, engine->password,
                                  out_len);
  const struct revealed *revealed = &engine->revealed[login->revealed - 1u];
  memcpy(engine->password, revealed->password, revealed->len);
  *out_len = revealed->len;
  return 0;
}

/* ---- out ---- */

static void fill_password(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  size_t len;
  if (login->method != RADMFA_METHOD_PAP || reveal(engine, login, &len)) return;
  engine->password_len = len;
  out->request.password = (radmfa_span){engine->password, len};
  login->password_is_odd = radmfa__password_is_odd(out->request.password);
}

/* With what a proxy adds, the request is more than a packet holds: nobody can be asked. */
static void refuse_to_forward(radmfa_engine *engine, struct login *login, uint64_t login_id) {
  radmfa_notice notice = {.type = RADMFA_NOTICE_DROP, .drop = RADMFA_DROP_TOO_BIG};
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_UNAVAILABLE};
  radmfa_wipe(engine->password, engine->password_len);
  engine->password_len = 0;
  engine->stats.drops[RADMFA_DROP_TOO_BIG]++;
  radmfa__engine_notice(engine, login, &notice);
  (void)radmfa_answer_primary(engine->join, login_id, &answer);
}

static bool fill_forward(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  const struct policy *policy = login->client->policy;
  if (policy->upstream_password && out->request.password.len) {
    size_t len = policy->upstream_password(policy->upstream_user, &out->request);
    if (len < out->request.password.len) out->request.password.len = len;
  }
  if (radmfa__forward_request(&engine->packet, out->request.password,
                              radmfa__join_mark(engine->join), engine->forward,
                              &engine->forward_len)) {
    refuse_to_forward(engine, login, out->login_id);
    return false;
  }
  out->type = RADMFA_OPERATION_FORWARD;
  out->upstream = policy->upstream;
  out->upstream_answer = policy->upstream_answer;
  out->upstream_user = policy->upstream_user;
  out->attributes = (radmfa_span){engine->forward, engine->forward_len};
  out->conversation = radmfa_text(login->client->name);
  return true;
}

static bool fetch_check(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  const struct policy *policy = login->client->policy;
  stay_awake(engine);
  *out = (radmfa_operation){.type = RADMFA_OPERATION_CHECK,
                            .primary = policy->primary,
                            .backend = policy->primary_backend};
  fill_request(engine, login, &out->request);
  out->login_id = out->request.login_id;
  fill_password(engine, login, out);
  return !policy->upstream || fill_forward(engine, login, out);
}

static void fetch_start_factor(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  const struct factor_use *use = &login->client->policy->factors[login->factor];
  radmfa_notice notice = {
      .type = RADMFA_NOTICE_FACTOR_START, .factor = use->name, .primary_ms = login->primary_ms};
  stay_awake(engine);
  *out = (radmfa_operation){
      .type = RADMFA_OPERATION_START_FACTOR, .factor = use->factor, .backend = use->backend};
  fill_request(engine, login, &out->request);
  out->login_id = out->request.login_id;
  out->request.identity = login_identity(login);
  if (!out->request.identity.len) out->request.identity = out->request.user;
  login->factor_started = true;
  engine->stats.factors_started++;
  radmfa__engine_notice(engine, login, &notice);
}

static void fetch_send(struct login *login, radmfa_operation *out) {
  *out = (radmfa_operation){.type = RADMFA_OPERATION_SEND,
                            .bytes = login_bytes(login),
                            .peer = login->peer,
                            .socket = login->socket};
  memcpy(out->local.ip, login->ip, sizeof out->local.ip);
}

/* The login has ended, but not its use of the ruleset: until the caller is back, the backend is
 * needed. */
static void fetch_cancel(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  const struct policy *policy = login->client->policy;
  bool of_primary = login->todo & TODO_CANCEL_PRIMARY;
  *out = (radmfa_operation){.type = RADMFA_OPERATION_CANCEL_FACTOR,
                            .login_id = radmfa__login_id(engine->number, login)};
  if (!of_primary) {
    out->factor = policy->factors[login->factor].factor;
    out->backend = policy->factors[login->factor].backend;
  } else if (policy->upstream) {
    out->type = RADMFA_OPERATION_CANCEL_FORWARD;
    out->upstream = policy->upstream;
  } else {
    out->type = RADMFA_OPERATION_CANCEL_PRIMARY;
    out->primary = policy->primary;
    out->backend = policy->primary_backend;
  }
  engine->cancelled = login->epoch;
  login->client = NULL;
  login->epoch = NULL;
}

/* The first thing that is to be done for this login; false where there is none: only its reply is
 * left, or nothing, or it cannot be done. */
static bool fetch(radmfa_engine *engine, struct login *login, radmfa_operation *out) {
  if (login->todo & TODO_CHECK) {
    login->todo &= (uint8_t)~TODO_CHECK;
    return fetch_check(engine, login, out);
  } else if (login->todo & TODO_START_FACTOR) {
    fetch_start_factor(engine, login, out);
    login->todo &= (uint8_t)~TODO_START_FACTOR;
  } else if (login->todo & TODO_CANCEL) {
    fetch_cancel(engine, login, out);
    login->todo &= (uint8_t)~TODO_CANCEL;
  } else {
    return false;
  }
  return true;
}

/* Out of the queue of operations: on to the sends, or free. */
static void leave_operations(radmfa_engine *engine, struct login *login) {
  (void)pop(&engine->operations);
  if (login->todo & TODO_SEND) {
    push(&engine->sends, login);
    return;
  }
  login->is_queued = false;
  if (login->is_dead) destroy(engine, login);
}

/* Signs what is not signed yet, from `login` on to the end of the queue, but no more than goes at
 * once; returns where it ended. */
static struct login *sign_some(struct login *login) {
  struct unsigned_packet replies[SIGN_AT_ONCE];
  size_t n = 0;
  for (; login && n < SIGN_AT_ONCE; login = login->queue_next) {
    if (login->state != RADMFA_STATE_DONE || !login->signer) continue;
    replies[n++] = (struct unsigned_packet){login->bytes, login->len, login->signer};
    login->signer = NULL;
  }
  radmfa__sign_replies(replies, n);
  return login;
}

void radmfa__engine_sign_all(radmfa_engine *engine) {
  for (struct login *login = engine->operations.first; login;) login = sign_some(login);
  for (struct login *login = engine->sends.first; login;) login = sign_some(login);
}

static bool next_send(radmfa_engine *engine, radmfa_operation *out) {
  if (engine->sends.first && engine->sends.first->signer) (void)sign_some(engine->sends.first);
  struct login *login = pop(&engine->sends);
  if (!login) return false;
  login->todo = 0;
  login->is_queued = false;
  fetch_send(login, out);
  if (login->is_dead) push(&engine->spent, login);
  return true;
}

bool radmfa_engine_next(radmfa_engine *engine, radmfa_operation *out_operation) {
  struct login *login;
  end_operation(engine);
  while ((login = engine->operations.first)) {
    bool fetched = fetch(engine, login, out_operation);
    if (!(login->todo & ~(unsigned)TODO_SEND)) leave_operations(engine, login);
    if (fetched) return true;
  }
  forget_revealed(engine);
  return next_send(engine, out_operation);
}
