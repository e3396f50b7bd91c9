/* judge.c: what an engine wants done is done here, and judged: no operation and no reply passes
 * that could not be right. */
#include "world_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *label_of(const struct world_in *in, int waiter) {
  return waiter >= 0 ? in->waiters[waiter].label : "?";
}

/* ---- backends ---- */

static void answer_later(struct world_in *in, struct answer_due answer, uint64_t after_ms) {
  answer.due_ms = in->now_ms + after_ms;
  in->due = world__grown(in->due, (size_t)in->n_due, sizeof *in->due);
  in->due[in->n_due++] = answer;
}

void world__give_primary_answer(struct world_in *in, uint64_t id,
                                const radmfa_primary_answer *answer) {
  struct asked *asked = world__asked(in, id);
  if (!asked) DOOM("answer for a login that never asked");
  int error = radmfa_answer_primary(in->join, id, answer);
  if (error && !in->heap.failed) DOOM("radmfa_answer_primary: %s", radmfa_strerror(error));
  asked->primary_answered = !error;
  if (!error && asked->primary_out && answer->verdict == RADMFA_PRIMARY_ACCEPT)
    asked->primary_accepted = true;
  if (!error) asked->primary_out = false;
}

void world__give_factor_answer(struct world_in *in, uint64_t id, radmfa_factor_answer answer) {
  struct asked *asked = world__asked(in, id);
  if (!asked) DOOM("answer for a login that never asked");
  int error = radmfa_answer_factor(in->join, id, answer);
  if (error && !in->heap.failed) DOOM("radmfa_answer_factor: %s", radmfa_strerror(error));
  if (error) return;
  if (asked->factor_out && answer == RADMFA_FACTOR_APPROVED) asked->approved = true;
  asked->factor_answered = true;
  asked->factor_out = false;
}

radmfa_primary_answer world__by_the_book(const struct world_in *in, radmfa_span name,
                                         radmfa_span password, bool by_pap) {
  const struct user *user = world__user(in, name);
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_REJECT,
                                  .reason = RADMFA_REASON_UNKNOWN_USER};
  if (!user) return answer;
  answer.reason = RADMFA_REASON_WRONG_PASSWORD;
  if (by_pap && !radmfa_span_equal(password, radmfa_text(user->password))) return answer;
  answer.reason = RADMFA_REASON_BLOCKED;
  if (!user->is_blocked) answer = (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT};
  return answer;
}

static int waiter_of(const struct world_in *in, const radmfa_packet *packet) {
  for (int i = in->n_waiters - 1; i >= 0; i--) {
    const struct sent *sent = &in->waiters[i].sent;
    if (sent->bytes[1] == packet->id &&
        memcmp(sent->bytes + 4, radmfa_packet_authenticator(packet), 16) == 0)
      return i;
  }
  DOOM("a request that nobody sent");
}

static void judge_request(const struct world_in *in, const radmfa_request *request, int waiter,
                          bool is_factor) {
  const struct request *sent = &in->waiters[waiter].request;
  bool has_password = sent->method <= RADMFA_METHOD_PAP && sent->password && !is_factor;
  if (!radmfa_span_equal(request->user, radmfa_text(sent->user))) DOOM("wrong User-Name");
  if (!radmfa_span_equal(request->password,
                         has_password ? radmfa_text(sent->password) : (radmfa_span){0}))
    DOOM("wrong password: '%.*s'", (int)request->password.len, (const char *)request->password.ptr);
  radmfa_span hidden;
  if (is_factor && radmfa_packet_find(request->packet, RADMFA_ATTR_USER_PASSWORD, &hidden))
    for (size_t i = 0; i < hidden.len; i++)
      if (hidden.ptr[i]) DOOM("the factor gets to see User-Password");
  if (request->now_ms > in->now_ms || request->deadline_ms < request->now_ms)
    DOOM("a request from another time");
}

static void check(struct world_in *in, const radmfa_operation *op) {
  int waiter = waiter_of(in, op->request.packet);
  if (world__asked(in, op->login_id)) DOOM("a login is checked twice");
  judge_request(in, &op->request, waiter, false);
  in->asked = world__grown(in->asked, (size_t)in->n_asked, sizeof *in->asked);
  in->asked[in->n_asked++] =
      (struct asked){.id = op->login_id, .waiter = waiter, .primary_out = true};
  in->checks++;
  world__log(in, "check_password %s", label_of(in, waiter));
  if (in->options.is_manual) return;
  radmfa_primary_answer answer =
      in->primary_is_told ? in->primary_says
                          : world__by_the_book(in, op->request.user, op->request.password,
                                               op->request.method == RADMFA_METHOD_PAP);
  if (in->primary_ms)
    answer_later(in, (struct answer_due){.id = op->login_id, .primary = answer}, in->primary_ms);
  else
    world__give_primary_answer(in, op->login_id, &answer);
}

static void start_factor(struct world_in *in, const radmfa_operation *op,
                         const struct factor_backend *backend) {
  struct asked *asked = world__asked(in, op->login_id);
  if (!asked || !asked->primary_accepted) DOOM("the phone rings before the password was checked");
  if (asked->factor_out) DOOM("two calls for one login");
  if (asked->factors_started >> backend->number & 1) DOOM("the same factor twice for one login");
  if (asked->ended) DOOM("a call for a login that is over");
  judge_request(in, &op->request, asked->waiter, true);
  asked->factors_started |= 1u << backend->number;
  asked->factor_out = true;
  asked->factor_answered = false;
  in->calls++;
  world__log(in, backend->number ? "start_call %s %s" : "start_call %s",
             label_of(in, asked->waiter), backend->name);
  if (!in->factor_is_told) return;
  if (in->factor_ms)
    answer_later(
        in, (struct answer_due){.id = op->login_id, .is_factor = true, .factor = in->factor_says},
        in->factor_ms);
  else
    world__give_factor_answer(in, op->login_id, in->factor_says);
}

static void cancel(struct world_in *in, const radmfa_operation *op, bool is_factor) {
  struct asked *asked = world__asked(in, op->login_id);
  if (!asked) DOOM("cancelled what was never started");
  bool answered = is_factor ? asked->factor_answered : asked->primary_answered;
  bool *out = is_factor ? &asked->factor_out : &asked->primary_out;
  if (!*out && !answered) DOOM("cancelled twice, or never started");
  *out = false;
  in->cancelled += is_factor;
  world__log(in, is_factor ? "cancel_call %s" : "cancel_primary %s", label_of(in, asked->waiter));
}

/* ---- replies ---- */

static bool same_address(const radmfa_address *a, const radmfa_address *b) {
  return a->port == b->port && memcmp(a->ip, b->ip, 16) == 0;
}

/* The waiter that this reply is right for. */
static struct waiter *addressee(struct world_in *in, unsigned engine, const radmfa_operation *op) {
  const char *fault = "nobody there waits for that id";
  for (int i = in->n_waiters - 1; i >= 0; i--) {
    struct waiter *waiter = &in->waiters[i];
    if (!same_address(&waiter->sent.peer, &op->peer) || waiter->sent.bytes[1] != op->bytes.ptr[1])
      continue;
    if (waiter->request.engine != engine || waiter->request.socket != op->socket) continue;
    fault = traffic_fault(op->bytes, &waiter->sent, in->secret);
    if (!fault) return waiter;
  }
  DOOM("bad reply: %s", fault);
}

static bool is_repeated(const struct world_in *in, const struct waiter *waiter, radmfa_span bytes) {
  if (radmfa_span_equal(bytes, (radmfa_span){waiter->reply, waiter->reply_len})) return true;
  uint32_t kept_ms =
      in->options.engine.kept_replies_max < 1000 ? 5000 : in->options.engine.keep_reply_ms;
  if (!waiter->was_refused_early && in->now_ms < waiter->replied_ms + kept_ms)
    DOOM("two replies to %s: code %u after %u, %u ms later", waiter->label, bytes.ptr[0],
         waiter->reply[0], (unsigned)(in->now_ms - waiter->replied_ms));
  return false;
}

/* The world's own knowledge of who may come in, beside all that the engine says. */
static void judge_accept(const struct world_in *in, const struct waiter *waiter) {
  if (!in->n_users || in->primary_is_told || waiter->request.method > RADMFA_METHOD_PAP) return;
  const struct user *user = world__user(in, radmfa_text(waiter->request.user));
  if (!user || user->is_blocked || strcmp(user->password, waiter->request.password) != 0)
    DOOM("%s was let in with a wrong password", waiter->label);
}

static const char *code_word(uint8_t code) {
  return code == RADMFA_ACCESS_ACCEPT   ? "accept"
         : code == RADMFA_ACCESS_REJECT ? "reject"
                                        : "challenge";
}

static void take_reply(struct world_in *in, unsigned engine, const radmfa_operation *op) {
  char attributes[LINE_SIZE / 2];
  struct waiter *waiter = addressee(in, engine, op);
  bool again = waiter->replies && is_repeated(in, waiter, op->bytes);
  traffic_attributes(op->bytes, attributes, sizeof attributes);
  if (op->bytes.ptr[0] == RADMFA_ACCESS_ACCEPT && waiter->sent.bytes[0] == RADMFA_ACCESS_REQUEST)
    judge_accept(in, waiter);
  in->replies++;
  waiter->replies++;
  world__log(in, "%s %s%s%s", code_word(op->bytes.ptr[0]), waiter->label, attributes,
             again ? " again" : "");
  if (again) return;
  free(waiter->reply);
  waiter->reply = malloc(op->bytes.len);
  if (!waiter->reply) abort();
  memcpy(waiter->reply, op->bytes.ptr, op->bytes.len);
  waiter->reply_len = op->bytes.len;
  waiter->replied_ms = in->now_ms;
}

/* The upstream is no backend of ours: the world's primary answers in its place. */
static bool forward(struct world_in *in, const radmfa_operation *op) {
  if (op->type == RADMFA_OPERATION_CANCEL_FORWARD) cancel(in, op, false);
  if (op->type == RADMFA_OPERATION_FORWARD) {
    if (op->attributes.len) memcpy(in->forwarded, op->attributes.ptr, op->attributes.len);
    in->forwarded_len = op->attributes.len;
    check(in, op);
  }
  return op->type == RADMFA_OPERATION_FORWARD || op->type == RADMFA_OPERATION_CANCEL_FORWARD;
}

void world__perform(struct world_in *in, unsigned engine, const radmfa_operation *op) {
  if (op->type == RADMFA_OPERATION_SEND) {
    if (in->lose_in && --in->lose_in == 0)
      world__log(in, "lost");
    else
      take_reply(in, engine, op);
    return;
  }
  if (forward(in, op)) return;
  bool of_factor =
      op->type == RADMFA_OPERATION_START_FACTOR || op->type == RADMFA_OPERATION_CANCEL_FACTOR;
  struct factor_backend *backend = of_factor ? op->backend : NULL;
  struct generation *generation = of_factor ? backend->generation : op->backend;
  if (generation->is_released) DOOM("an operation for a backend whose ruleset was released");
  if (of_factor ? op->factor != &generation->factor : op->primary != &generation->primary)
    DOOM("another's vtable");
  switch (op->type) {
    case RADMFA_OPERATION_CHECK: check(in, op); return;
    case RADMFA_OPERATION_START_FACTOR: start_factor(in, op, backend); return;
    case RADMFA_OPERATION_CANCEL_PRIMARY: cancel(in, op, false); return;
    case RADMFA_OPERATION_CANCEL_FACTOR: cancel(in, op, true); return;
    case RADMFA_OPERATION_FORWARD:
    case RADMFA_OPERATION_CANCEL_FORWARD:
    case RADMFA_OPERATION_SEND: return;
  }
}

/* ---- notices ---- */

static bool is_one_factor(radmfa_reason reason) {
  return reason == RADMFA_REASON_REUSED_APPROVAL || reason == RADMFA_REASON_EXEMPT ||
         reason == RADMFA_REASON_BYPASS || reason == RADMFA_REASON_UNENROLLED ||
         reason == RADMFA_REASON_PRIMARY_ALONE || reason == RADMFA_REASON_FACTOR_UNAVAILABLE;
}

static void judge_end(struct world_in *in, const radmfa_notice *notice) {
  struct asked *asked = world__asked(in, notice->login_id);
  for (unsigned i = 0; i < in->logins; i++)
    if (in->ended[i] == notice->login_id) DOOM("two verdicts for one login");
  in->ended = world__grown(in->ended, in->logins, sizeof *in->ended);
  in->ended[in->logins++] = notice->login_id;
  if (asked) asked->ended++;
  if (notice->verdict != RADMFA_VERDICT_ACCEPT) return;
  if (!asked || !asked->primary_accepted) DOOM("accepted without the primary's yes");
  if (notice->reason == RADMFA_REASON_APPROVED ? !asked->approved : !is_one_factor(notice->reason))
    DOOM("accepted without a factor, reason %s", radmfa_reason_name(notice->reason));
}

void world__notice(const radmfa_notice *notice, void *user) {
  struct world_in *in = user;
  size_t len =
      notice->user.len < sizeof in->last_user ? notice->user.len : sizeof in->last_user - 1;
  if (len) memcpy(in->last_user, notice->user.ptr, len);
  in->last_user[len] = 0;
  switch (notice->type) {
    case RADMFA_NOTICE_LOGIN:
      judge_end(in, notice);
      in->last_login = *notice;
      in->last_login.user = in->last_login.identity = (radmfa_span){0};
      world__log(in, "login %s %s %u", radmfa_verdict_name(notice->verdict),
                 radmfa_reason_name(notice->reason), notice->waiters);
      return;
    case RADMFA_NOTICE_DROP:
      if (notice->policy && notice->drop == RADMFA_DROP_LIMIT) { /* stands for a login line */
        struct asked *asked = world__asked(in, notice->login_id);
        if (asked) asked->ended++;
      }
      in->last_drop = *notice;
      in->last_drop.user = in->last_drop.identity = (radmfa_span){0};
      world__log(in, "drop %s", radmfa_drop_name(notice->drop));
      return;
    case RADMFA_NOTICE_FACTOR_START: return;
  }
}
