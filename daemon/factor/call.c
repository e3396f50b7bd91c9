/* call.c: the factor's life: its thread, what comes into it, whose turn it is, and whether
 * trunks that hold ringing calls still live. */
#include "call.h"

#include "../thread.h"
#include "call_record.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WATCH_MS 5000u
#define CALL_MIN_MS 10000u /* less is no time to answer a phone: not waited for */
#define PINS_WAITING_MAX 1000u

/* ---- what is told ---- */

static uint32_t span_ms(uint64_t from_ms, uint64_t to_ms) {
  return from_ms && to_ms > from_ms ? (uint32_t)(to_ms - from_ms) : 0;
}

void call_tell(const struct call *call) {
  const struct call_options *options = &call->factor->options;
  uint64_t end_ms = call->ended_ms ? call->ended_ms : thread_now_ms();
  uint64_t answered_ms = call->answered_ms ? call->answered_ms : end_ms;
  struct call_event event = {
      .kind = CALL_EVENT_ENDED,
      .factor = options->name,
      .id = call->place.id,
      .user = {(const uint8_t *)call->identity, call->identity_len},
      .number = call->callee.phone.number.e164,
      .trunk = call->tried ? options->trunks[call->trunk].sip.name : NULL,
      .outcome = call_outcome_word(call->outcome),
      .sip_status = call->sip_status,
      .sip_reason = call->sip_reason,
      .rang_ms = span_ms(call->dialled_ms, answered_ms),
      .talked_ms = span_ms(call->answered_ms, end_ms),
      .tries = call->tries,
  };
  if (options->on_event && call->outcome != CALL_OUTCOME_NO_NUMBER)
    options->on_event(options->user, &event);
}

void call_tell_trunk(const struct call_factor *factor, size_t trunk, enum call_event_kind kind,
                     const char *error) {
  const struct call_options *options = &factor->options;
  struct call_event event = {.kind = kind,
                             .factor = options->name,
                             .trunk = options->trunks[trunk].sip.name,
                             .error = error};
  if (options->on_event) options->on_event(options->user, &event);
}

/* ---- turns ---- */

void call_factor_wake(struct call_factor *factor) {
  pthread_mutex_lock(&factor->inbox.lock);
  if (factor->is_open) (void)uv_async_send(&factor->wake);
  pthread_mutex_unlock(&factor->inbox.lock);
}

static void wake(void *user) {
  call_factor_wake(user);
}

static void set_open(struct call_factor *factor, bool is_open) {
  pthread_mutex_lock(&factor->inbox.lock);
  factor->is_open = is_open;
  if (is_open) (void)uv_async_send(&factor->wake); /* for the letters that came before */
  pthread_mutex_unlock(&factor->inbox.lock);
}

static void on_queue(uv_timer_t *timer);

static void serve_queue(struct call_factor *factor) {
  uint64_t now_ms = thread_now_ms();
  struct call_ticket *ticket;
  while ((ticket = call_limits_granted(factor->options.limits, factor->owner, now_ms))) {
    struct call *call = ticket->user;
    call->has_ticket = ticket->is_granted;
    call_turn_with(call, ticket->is_granted ? CALL_ON_TURN : CALL_ON_NO_TURN, CALL_OUTCOME_LIMIT);
  }
  uint64_t next_ms = call_limits_next_ms(factor->options.limits, factor->owner, now_ms);
  if (next_ms == UINT64_MAX)
    (void)uv_timer_stop(&factor->queue);
  else
    (void)uv_timer_start(&factor->queue, on_queue, next_ms > now_ms ? next_ms - now_ms : 0, 0);
}

static void on_queue(uv_timer_t *timer) {
  serve_queue(timer->data);
}

/* What speaks against this call before any limit is asked. */
static bool is_refused(const struct call *call, enum call_outcome *out_outcome) {
  const struct callee *callee = &call->callee;
  bool is_personal = call_is_personal(call->purpose);
  if (callee->phone.kind == PHONE_UNKNOWN)
    *out_outcome = CALL_OUTCOME_NUMBER_UNKNOWN;
  else if (callee->phone.kind == PHONE_NONE)
    *out_outcome = CALL_OUTCOME_NO_NUMBER;
  else if (callee->phone.kind == PHONE_BAD)
    *out_outcome = CALL_OUTCOME_BAD_NUMBER;
  else if (!callee->phone.is_verified && is_personal)
    *out_outcome = CALL_OUTCOME_UNVERIFIED;
  else if (!prefixes_allow(&call->factor->options.prefixes, &callee->phone.number))
    *out_outcome = CALL_OUTCOME_FORBIDDEN;
  else if (is_personal && callee->wants_pin && !callee->pin_hash[0] && !callee->pin_user)
    *out_outcome = CALL_OUTCOME_NO_PIN;
  else
    return false;
  return true;
}

static uint64_t latest_start(const struct call *call, uint64_t now_ms) {
  uint64_t left = call->deadline_ms > now_ms ? call->deadline_ms - now_ms : 0;
  return call->deadline_ms - (left / 2 < CALL_MIN_MS ? left / 2 : CALL_MIN_MS);
}

void call_ask(struct call *call) {
  struct call_factor *factor = call->factor;
  uint64_t now_ms = thread_now_ms();
  enum call_outcome outcome;
  if (is_refused(call, &outcome)) {
    call_turn_with(call, CALL_ON_NO_TURN, outcome);
    return;
  }
  call->ticket.user = call;
  call->ticket.per_user = call->callee.per_user;
  call->ticket.is_exempt = call->purpose == CALL_TO_TELL;
  call->ticket.is_trial = call->purpose == CALL_TO_VERIFY;
  switch (call_limits_ask(factor->options.limits, &call->ticket, factor->owner,
                          (radmfa_span){(const uint8_t *)call->identity, call->identity_len},
                          &call->callee.phone.number, now_ms, latest_start(call, now_ms))) {
    case CALL_PERMIT_GRANTED:
      call->has_ticket = true;
      call_turn(call, CALL_ON_TURN);
      return;
    case CALL_PERMIT_WAITS: call->has_ticket = true; return;
    case CALL_PERMIT_REFUSED_USER:
    case CALL_PERMIT_REFUSED_NUMBER:
    case CALL_PERMIT_REFUSED_DAY:
    case CALL_PERMIT_REFUSED_QUEUE:
      call_turn_with(call, CALL_ON_NO_TURN, CALL_OUTCOME_LIMIT);
      return;
  }
}

static void begin(struct call *call) {
  call_timers_init(call, loop_thread_loop(call->factor->thread));
  call_table_add(&call->factor->table, call);
  call_ask(call);
}

/* ---- what comes in ---- */

static void cancel(struct call_factor *factor, uint64_t id) {
  struct call *call = call_table_by_id(&factor->table, id);
  if (!call || call->is_answered) return;
  call->outcome = CALL_OUTCOME_CANCELLED;
  call->is_answered = true; /* nobody listens */
  call_turn(call, CALL_ON_CANCEL);
}

/* A trunk that used to answer and does not any more has lost the calls that it held. No other is
 * asked where a phone may ring. */
static void lose_calls(struct call_factor *factor, size_t trunk) {
  struct call *call = factor->table.first, *next;
  for (; call; call = next) {
    next = call->place.next;
    bool is_held = call->state == CALL_DIALLING || call->state == CALL_PROCEEDING ||
                   call->state == CALL_RINGING;
    if (is_held && call->trunk == trunk)
      call_trunk_failed(call, CALL_OUTCOME_TRUNK_DOWN, "it no longer answers OPTIONS");
  }
}

static void on_probed(struct call_factor *factor, const struct sip_event *event) {
  size_t trunk = (size_t)event->call;
  if (trunk >= factor->options.n_trunks) return;
  bool is_alive = event->status && !event->is_local;
  if (!is_alive && factor->answers_probes[trunk]) lose_calls(factor, trunk);
  factor->answers_probes[trunk] = is_alive;
}

static void on_registration(const struct call_factor *factor, const struct sip_event *event) {
  size_t trunk = (size_t)event->call;
  if (trunk >= factor->options.n_trunks) return;
  if (event->kind == SIP_EVENT_REGISTERED)
    call_tell_trunk(factor, trunk, CALL_EVENT_TRUNK_REGISTERED, NULL);
  else
    call_tell_trunk(factor, trunk, CALL_EVENT_TRUNK_UNREGISTERED, event->reason);
}

static void on_sip_letter(struct call_factor *factor, const struct call_letter *letter) {
  const struct sip_event *event = &letter->event;
  struct call *call;
  switch (event->kind) {
    case SIP_EVENT_PROBED: on_probed(factor, event); return;
    case SIP_EVENT_REGISTERED:
    case SIP_EVENT_UNREGISTERED: on_registration(factor, event); return;
    case SIP_EVENT_TRYING:
    case SIP_EVENT_RINGING:
    case SIP_EVENT_ANSWERED:
    case SIP_EVENT_OFFERED:
    case SIP_EVENT_KEY:
    case SIP_EVENT_ENDED:
      call = call_table_by_leg(&factor->table, letter->id);
      if (call) call_on_sip(call, event);
      return;
  }
}

static void on_letter(struct call_factor *factor, const struct call_letter *letter) {
  struct call *call;
  switch (letter->kind) {
    case CALL_LETTER_PLACE: begin(letter->call); return;
    case CALL_LETTER_CANCEL: cancel(factor, letter->id); return;
    case CALL_LETTER_PIN:
      call = call_table_by_id(&factor->table, letter->id);
      if (call) call_judge_pin(call, letter->is_right);
      return;
    case CALL_LETTER_SIP: on_sip_letter(factor, letter); return;
  }
}

static void stop(struct call_factor *factor);

static void on_wake(uv_async_t *async) {
  struct call_factor *factor = async->data;
  struct call_letter *letter = call_inbox_take(&factor->inbox), *next;
  for (; letter; letter = next) {
    next = letter->next;
    on_letter(factor, letter);
    call_letter_free(letter);
  }
  pthread_mutex_lock(&factor->inbox.lock);
  bool is_stopping = factor->is_stopping;
  pthread_mutex_unlock(&factor->inbox.lock);
  if (is_stopping)
    stop(factor);
  else
    serve_queue(factor);
}

static void post(struct call_factor *factor, struct call_letter *letter) {
  call_inbox_put(&factor->inbox, letter);
  call_factor_wake(factor);
}

static void on_sip_event(const struct sip_event *event, void *user) {
  struct call_letter *letter = call_letter_new(event->sdp.len);
  if (!letter) return; /* the call ends by its own timers */
  letter->kind = CALL_LETTER_SIP;
  letter->id = event->call;
  letter->event = *event;
  letter->event.probe = NULL;
  if (event->sdp.len) memcpy(letter->sdp, event->sdp.ptr, event->sdp.len);
  letter->event.sdp.ptr = letter->sdp;
  post(user, letter);
}

static void on_pin(void *context, uint64_t id, const void *user, bool is_right) {
  struct call_letter *letter = call_letter_new(0);
  (void)user;
  if (!letter) return; /* no more keys are heard, and the call ends at its limit: closed */
  letter->kind = CALL_LETTER_PIN;
  letter->id = id;
  letter->is_right = is_right;
  post(context, letter);
}

void call_factor_place(struct call_factor *factor, const struct call_request *request) {
  const struct call_options *options = &factor->options;
  struct call *call = calloc(1, sizeof *call);
  struct call_letter *letter = call_letter_new(0);
  if (!call || !letter || request->identity.len > CALL_IDENTITY_MAX) {
    free(call);
    call_letter_free(letter);
    options->answer(options->user, request->id, RADMFA_FACTOR_OVER_LIMIT);
    return;
  }
  call->factor = factor;
  call->place.id = request->id;
  call->identity_len = request->identity.len;
  if (call->identity_len) memcpy(call->identity, request->identity.ptr, call->identity_len);
  call->callee = *request->callee;
  call->purpose = request->purpose;
  call->deadline_ms = request->deadline_ms;
  letter->kind = CALL_LETTER_PLACE;
  letter->call = call;
  post(factor, letter);
}

void call_factor_stats(const struct call_factor *factor, struct media_stats *out_stats) {
  media_stats(factor->media, out_stats);
}

void call_factor_cancel(struct call_factor *factor, uint64_t id) {
  struct call_letter *letter = call_letter_new(0);
  if (!letter) return; /* the call ends by its own timers */
  letter->kind = CALL_LETTER_CANCEL;
  letter->id = id;
  post(factor, letter);
}

static void start_login(void *backend, const radmfa_request *request) {
  struct call_factor *factor = backend;
  struct callee callee = {0};
  factor->options.find(factor->options.user, request, &callee);
  struct call_request call = {.id = request->login_id,
                              .identity = request->identity,
                              .purpose = CALL_TO_SIGN_IN,
                              .deadline_ms = request->deadline_ms,
                              .callee = &callee};
  call_factor_place(factor, &call);
}

static void cancel_login(void *backend, uint64_t login_id) {
  call_factor_cancel(backend, login_id);
}

const radmfa_factor call_vtable = {.start = start_login, .cancel = cancel_login};

/* ---- trunks ---- */

static void on_watch(uv_timer_t *timer) {
  struct call_factor *factor = timer->data;
  uint32_t holds = 0;
  for (const struct call *call = factor->table.first; call; call = call->place.next)
    if (call->place.leg && !call->answered_ms) holds |= 1u << call->trunk;
  for (size_t i = 0; i < factor->options.n_trunks; i++)
    if (holds >> i & 1u) (void)sip_probe(factor->sip, i);
}

/* ---- life ---- */

static void nothing_closed(void *user) {
  (void)user;
}

/* In the thread. What is up is hung up by sip_free, which follows. */
static void stop(struct call_factor *factor) {
  struct call *call = factor->table.first, *next;
  for (; call; call = next) {
    next = call->place.next;
    if (!call->is_answered) call->outcome = CALL_OUTCOME_CANCELLED;
    call->is_answered = true;
    call_turn(call, CALL_ON_CANCEL);
  }
  while ((call = factor->table.first)) { /* whose hanging up nobody waits for */
    call->state = CALL_ENDING;
    call_turn(call, CALL_ON_HUNG_UP);
  }
  set_open(factor, false);
  if (factor->media) media_close(factor->media, nothing_closed, NULL);
  uv_close((uv_handle_t *)&factor->wake, NULL);
  uv_close((uv_handle_t *)&factor->queue, NULL);
  uv_close((uv_handle_t *)&factor->watch, NULL);
  loop_thread_stop(factor->thread);
}

static int start_sip(struct call_factor *factor) {
  const struct call_options *options = &factor->options;
  struct sip_trunk trunks[SIP_TRUNKS_MAX];
  for (size_t i = 0; i < options->n_trunks; i++) trunks[i] = options->trunks[i].sip;
  struct sip_options sip = {
      .trunks = trunks,
      .n_trunks = options->n_trunks,
      .from = options->from,
      .display_name = options->display_name,
      .asserts_identity = options->asserts_identity,
      .local = options->local,
      .ca_file = options->ca_file,
      .on_event = on_sip_event,
      .user = factor,
  };
  int error = sip_new(&sip, &factor->sip);
  if (!error) sip_local(factor->sip, &factor->local);
  return error;
}

static bool has_srtp(const struct call_options *options) {
  for (size_t i = 0; i < options->n_trunks; i++)
    if (options->trunks[i].has_srtp) return true;
  return false;
}

static int start_media(struct call_factor *factor) {
  struct media_options media = {.loop = loop_thread_loop(factor->thread),
                                .local = factor->local,
                                .port_min = factor->options.port_min,
                                .port_max = factor->options.port_max,
                                .has_srtp = has_srtp(&factor->options)};
  return media_new(&media, &factor->media);
}

static int start_hashing(struct call_factor *factor) {
  struct hashing_options options = {
      .threads = 1, .queue_max = PINS_WAITING_MAX, .done = on_pin, .context = factor};
  if (!factor->options.may_want_pins) return 0;
  factor->hashing = hashing_new(&options);
  return factor->hashing ? 0 : RADMFA_E_NO_MEMORY;
}

static int open_loop(struct call_factor *factor) {
  int error = loop_thread_new(&factor->thread);
  if (error) return error;
  uv_loop_t *loop = loop_thread_loop(factor->thread);
  error = uv_async_init(loop, &factor->wake, on_wake);
  if (error) {
    loop_thread_leave(factor->thread);
    factor->thread = NULL;
    return error;
  }
  (void)uv_timer_init(loop, &factor->queue); /* cannot fail */
  (void)uv_timer_init(loop, &factor->watch);
  factor->wake.data = factor->queue.data = factor->watch.data = factor;
  return 0;
}

static int start_parts(struct call_factor *factor) {
  factor->owner = call_limits_join(factor->options.limits, wake, factor);
  int error = factor->owner ? 0 : RADMFA_E_NO_MEMORY;
  if (!error) error = start_sip(factor);
  if (!error) error = start_media(factor);
  if (!error) error = start_hashing(factor);
  if (error) return error;
  (void)uv_timer_start(&factor->watch, on_watch, WATCH_MS, WATCH_MS);
  set_open(factor, true); /* the SIP stack has begun to tell */
  if (loop_thread_start(factor->thread, "calls")) return 0;
  set_open(factor, false);
  return RADMFA_E_NO_MEMORY;
}

int call_factor_new(const struct call_options *options, struct call_factor **out_factor) {
  struct call_factor *factor = calloc(1, sizeof *factor);
  if (!factor) return RADMFA_E_NO_MEMORY;
  factor->options = *options;
  call_inbox_init(&factor->inbox);
  trunks_init(&factor->trunks, options->n_trunks);
  int error = open_loop(factor);
  if (!error) error = start_parts(factor);
  if (error) {
    call_factor_free(factor);
    return error;
  }
  *out_factor = factor;
  return 0;
}

/* Where the thread was never started this is the only one. */
static void end_loop(struct call_factor *factor) {
  pthread_mutex_lock(&factor->inbox.lock);
  bool was_started = factor->is_open;
  factor->is_stopping = true;
  if (was_started) (void)uv_async_send(&factor->wake);
  pthread_mutex_unlock(&factor->inbox.lock);
  if (!was_started) stop(factor);
  loop_thread_leave(factor->thread);
}

/* Letters of who did not know yet that it ends. */
static void free_letters(struct call_factor *factor) {
  struct call_letter *letter = call_inbox_take(&factor->inbox), *next;
  for (; letter; letter = next) {
    next = letter->next;
    if (letter->kind == CALL_LETTER_PLACE) free(letter->call);
    call_letter_free(letter);
  }
}

void call_factor_free(struct call_factor *factor) {
  if (!factor) return;
  if (factor->thread) end_loop(factor);
  sip_free(factor->sip);
  hashing_free(factor->hashing);
  free_letters(factor);
  if (factor->owner) call_limits_leave(factor->options.limits, factor->owner);
  call_inbox_cleanup(&factor->inbox);
  free(factor);
}
