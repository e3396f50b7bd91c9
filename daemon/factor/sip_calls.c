/* sip_calls.c: calls: INVITE and what may come of it, until both sides know that it is over.
 *
 * A call whose end was told may live on: a CANCEL that waits for a first answer, a BYE that is sent
 * again. It tells nothing any more, and its number may be used again. */
#include "../thread.h"
#include "sip_stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFTOVER_MS 35000u /* Timer B, F and a little: what is not over then never will be */
#define SDP_TYPE "application/sdp"

struct sip_phone_call {
  struct sip_phone_call *next;      /* of all calls */
  struct sip_phone_call *slot_next; /* of those with the same slot */
  struct sip_line *line;
  uint64_t id;
  nta_leg_t *leg;         /* the dialog, from the INVITE on */
  nta_outgoing_t *invite; /* also after its answer: it sends the ACK again */
  nta_outgoing_t *early;  /* the same, in the dialog of a reliable 1xx (RFC 3262) */
  nta_outgoing_t *bye;
  nta_incoming_t *offer; /* a re-INVITE or UPDATE that waits for an answer */
  unsigned n_tries, n_bye_tries;
  bool waits;       /* for the trunk's address */
  bool is_answered; /* there is a dialog, which takes a BYE to end */
  bool hangs_up;
  bool is_told;                    /* its end */
  bool is_over;                    /* nothing is under way: it can be freed */
  uint64_t tell_by_ms, free_by_ms; /* 0: no limit */
  uint64_t refresh_ms, refresh_every_ms;
  char number[SIP_NUMBER_MAX + 2];
  char extension[SIP_NUMBER_MAX + 1];
  char target[SIP_URI_SIZE]; /* its URI */
  size_t sdp_len;
  char sdp[]; /* our offer, and a NUL; a key of SRTP may stand in it */
};

/* ---- which call ---- */

static struct sip_phone_call **slot_of(struct sip *sip, uint64_t id) {
  return &sip->stack.slots[id % SIP_CALL_SLOTS];
}

static struct sip_phone_call *find(struct sip *sip, uint64_t id) {
  struct sip_phone_call *call = *slot_of(sip, id);
  while (call && call->id != id) call = call->slot_next;
  return call;
}

static void forget(struct sip *sip, struct sip_phone_call *call) {
  struct sip_phone_call **at = slot_of(sip, call->id);
  while (*at && *at != call) at = &(*at)->slot_next;
  if (*at) *at = call->slot_next;
}

/* ---- telling ---- */

static void tell(struct sip_phone_call *call, struct sip_event *event) {
  if (call->is_told) return;
  event->call = call->id;
  if (event->kind == SIP_EVENT_ENDED) {
    call->is_told = true;
    call->free_by_ms = thread_now_ms() + LEFTOVER_MS;
    forget(call->line->sip, call);
  }
  sip_tell(call->line->sip, event);
}

static void tell_end(struct sip_phone_call *call, uint16_t status, bool is_local,
                     const char *reason) {
  struct sip_event event = {.kind = SIP_EVENT_ENDED, .status = status, .is_local = is_local};
  sip_text_copy(event.reason, sizeof event.reason, reason);
  tell(call, &event);
}

/* Nothing is under way. */
static void finish(struct sip_phone_call *call, uint16_t status, bool is_local,
                   const char *reason) {
  call->is_over = true;
  tell_end(call, status, is_local, reason);
}

/* As long as SDP goes; longer is none. */
static radmfa_span sdp_of(const sip_t *sip) {
  const sip_payload_t *payload = sip->sip_payload;
  const sip_content_type_t *type = sip->sip_content_type;
  bool is_sdp = payload && type && type->c_type && strcasecmp(type->c_type, SDP_TYPE) == 0 &&
                payload->pl_len <= SIP_SDP_SIZE_MAX;
  if (!is_sdp) return (radmfa_span){0};
  return (radmfa_span){(const uint8_t *)payload->pl_data, payload->pl_len};
}

/* ---- requests of a dialog ---- */

static nta_outgoing_t *send_in_dialog(struct sip_phone_call *call, sip_method_t method,
                                      const char *name, const struct sip_answers *answers,
                                      const tagi_t *headers, nta_response_f *callback) {
  struct sip_request_parts parts = {
      .method = method, .name = name, .answers = answers, .headers = headers};
  return sip_line_send(call->line, call->leg, &parts, callback, call);
}

/* ACK of a 200 (RFC 3261 13.2.2.4): its own transaction, which the INVITE's number names. */
static void acknowledge(const struct sip_line *line, nta_leg_t *leg, const sip_t *response) {
  char number[32];
  (void)snprintf(number, sizeof number, "%u ACK", (unsigned)response->sip_cseq->cs_seq);
  tagi_t headers[] = {{SIPTAG_CSEQ_STR(number)}, {TAG_END()}};
  struct sip_request_parts parts = {.method = sip_method_ack, .name = "ACK", .headers = headers};
  nta_outgoing_destroy(sip_line_send(line, leg, &parts, NULL, NULL));
}

static nta_response_f on_bye_answer;

static void send_bye(struct sip_phone_call *call, const struct sip_answers *answers) {
  call->bye = send_in_dialog(call, sip_method_bye, "BYE", answers, NULL, on_bye_answer);
  if (!call->bye) finish(call, 487, true, "no way to the trunk");
}

static bool is_challenge(int status) {
  return status == 401 || status == 407;
}

static int on_bye_answer(void *magic, nta_outgoing_t *request, const sip_t *response) {
  struct sip_phone_call *call = magic;
  struct sip_answers answers;
  int status = nta_outgoing_status(request);
  if (status < 200) return 0;
  call->bye = NULL;
  if (is_challenge(status) && !sip_is_local(request) &&
      sip_line_answer(call->line, request, response, call->n_bye_tries++, &answers))
    send_bye(call, &answers);
  else
    finish(call, 487, false, "hung up");
  nta_outgoing_destroy(request);
  return 0;
}

/* ---- a second answer to a forked INVITE ---- */

/* Its dialog has nothing but a BYE, which is what it belongs to. */
static int on_fork_bye_answer(void *magic, nta_outgoing_t *request, const sip_t *response) {
  (void)response;
  if (nta_outgoing_status(request) < 200) return 0;
  nta_outgoing_destroy(request);
  nta_leg_destroy(magic);
  return 0;
}

static nta_leg_t *leg_of_answer(const struct sip_line *line, const sip_t *answer,
                                nta_request_f *callback, void *magic) {
  nta_leg_t *leg =
      nta_leg_tcreate(line->agent, callback, magic, SIPTAG_CALL_ID(answer->sip_call_id),
                      SIPTAG_FROM(answer->sip_from), SIPTAG_TO(answer->sip_to),
                      SIPTAG_CSEQ(answer->sip_cseq), TAG_END());
  if (leg) (void)nta_leg_client_route(leg, answer->sip_record_route, answer->sip_contact);
  return leg;
}

/* ACK and BYE (RFC 3261 13.2.2.4): only one of those who answered gets the call. */
static void end_fork(const struct sip_line *line, const sip_t *answer) {
  struct sip_request_parts bye = {.method = sip_method_bye, .name = "BYE"};
  nta_leg_t *leg = leg_of_answer(line, answer, NULL, NULL);
  if (!leg) return;
  acknowledge(line, leg, answer);
  if (!sip_line_send(line, leg, &bye, on_fork_bye_answer, leg)) nta_leg_destroy(leg);
}

/* ---- INVITE ---- */

static nta_response_f on_invite_answer;
static nta_request_f on_request;

static bool make_leg(struct sip_phone_call *call) {
  char to[SIP_URI_SIZE];
  struct sip_line *line = call->line;
  call->leg = sip_line_leg(line, line->from, sip_text_name_address(NULL, call->target, to),
                           on_request, call);
  return call->leg != NULL;
}

static bool send_invite(struct sip_phone_call *call, const struct sip_answers *answers) {
  const struct sip *sip = call->line->sip;
  const char *identity = sip->stack.identity, *route = call->line->route;
  tagi_t headers[] = {{SIPTAG_CONTACT_STR(call->line->contact)},
                      {TAG_IF(*route, SIPTAG_ROUTE_STR(route))},
                      {TAG_IF(*identity, SIPTAG_HEADER_STR(identity))},
                      {SIPTAG_ALLOW_STR(SIP_METHODS)},
                      {SIPTAG_SUPPORTED_STR("100rel, timer")},
                      {SIPTAG_ACCEPT_STR(SDP_TYPE)},
                      {SIPTAG_CONTENT_TYPE_STR(SDP_TYPE)},
                      {SIPTAG_PAYLOAD_STR(call->sdp)},
                      {TAG_END()}};
  struct sip_request_parts parts = {.method = sip_method_invite,
                                    .name = "INVITE",
                                    .uri = call->target,
                                    .answers = answers,
                                    .headers = headers};
  call->invite = sip_line_send(call->line, call->leg, &parts, on_invite_answer, call);
  return call->invite != NULL;
}

static void start(struct sip_phone_call *call) {
  char next[SIP_URI_SIZE];
  enum sip_path_state state = sip_line_next(call->line, next);
  call->waits = state == SIP_PATH_PENDING;
  if (call->waits) return;
  if (state == SIP_PATH_UNKNOWN)
    finish(call, 503, true, "the trunk's name is not known");
  else if (!make_leg(call) || !send_invite(call, NULL))
    finish(call, 503, true, "no way to the trunk");
}

static struct sip_phone_call *call_new(struct sip *sip, const struct sip_call *from) {
  struct sip_phone_call *call = calloc(1, sizeof *call + from->sdp.len + 1);
  if (!call) return NULL;
  call->line = &sip->stack.lines[from->trunk];
  call->id = from->call;
  call->sdp_len = from->sdp.len;
  if (from->sdp.len) memcpy(call->sdp, from->sdp.ptr, from->sdp.len);
  call->next = sip->stack.calls;
  sip->stack.calls = call;
  call->slot_next = *slot_of(sip, call->id);
  *slot_of(sip, call->id) = call;
  return call;
}

static void set_number(struct sip_phone_call *call, const char *number, const char *extension) {
  sip_text_copy(call->number, sizeof call->number, number);
  sip_text_copy(call->extension, sizeof call->extension, extension);
  (void)sip_text_phone_uri(call->number, *call->extension ? call->extension : NULL,
                           call->line->host_port, call->target);
}

void sip_calls_place(struct sip *sip, const struct sip_call *from) {
  bool is_good = from->trunk < sip->stack.n_lines && sip_text_is_number(from->number) &&
                 (!from->extension || sip_text_is_extension(from->extension)) &&
                 !sip->stack.is_ending;
  struct sip_phone_call *call = is_good ? call_new(sip, from) : NULL;
  if (!call) {
    sip_tell(sip, &(struct sip_event){.kind = SIP_EVENT_ENDED,
                                      .call = from->call,
                                      .status = is_good || sip->stack.is_ending ? 503 : 484,
                                      .is_local = true});
    return;
  }
  set_number(call, from->number, from->extension);
  start(call);
}

/* ---- provisional answers ---- */

/* RFC 3262 4. The dialog of the first one is the one that gets PRACKs. */
static void acknowledge_reliably(struct sip_phone_call *call, nta_outgoing_t *request,
                                 const sip_t *response) {
  char next[SIP_URI_SIZE];
  if (!response->sip_rseq || !response->sip_to->a_tag) return;
  if (!sip_has_feature(response->sip_require, "100rel")) return;
  if (!call->early && request == call->invite) {
    (void)nta_leg_rtag(call->leg, response->sip_to->a_tag);
    (void)nta_leg_client_route(call->leg, response->sip_record_route, response->sip_contact);
    call->early = nta_outgoing_tagged(request, on_invite_answer, call, response->sip_to->a_tag,
                                      response->sip_rseq);
  }
  if (!call->early || sip_line_next(call->line, next) != SIP_PATH_READY) return;
  const char *tag = nta_leg_get_rtag(call->leg);
  if (!tag || strcasecmp(tag, response->sip_to->a_tag) != 0) return;
  nta_outgoing_t *prack = nta_outgoing_prack(call->leg, call->early, NULL, NULL,
                                             URL_STRING_MAKE(next), response, TAG_END());
  nta_outgoing_destroy(prack);
}

static void on_provisional(struct sip_phone_call *call, nta_outgoing_t *request,
                           const sip_t *response) {
  struct sip_event event = {0};
  sip_set_reason(&event, call->line, request, response);
  bool rings = event.status >= 180 && event.status <= 183;
  event.kind = rings ? SIP_EVENT_RINGING : SIP_EVENT_TRYING;
  if (response) acknowledge_reliably(call, request, response);
  tell(call, &event);
}

/* ---- the 200 ---- */

/* The dialog that was answered may be another one than the early one. */
static bool confirm_leg(struct sip_phone_call *call, const sip_t *response) {
  const char *tag = nta_leg_get_rtag(call->leg);
  if (!response->sip_to->a_tag) return false;
  if (tag && strcasecmp(tag, response->sip_to->a_tag) != 0) {
    nta_leg_t *leg = leg_of_answer(call->line, response, on_request, call);
    if (!leg) return false;
    nta_leg_destroy(call->leg);
    call->leg = leg;
    return true;
  }
  if (!tag) (void)nta_leg_rtag(call->leg, response->sip_to->a_tag);
  return nta_leg_client_reroute(call->leg, response->sip_record_route, response->sip_contact, 1) >=
         0;
}

/* Where the far end wants us to refresh the session (RFC 4028 7.2), half of the way to its end. */
static void set_refresh(struct sip_phone_call *call, const sip_t *message, const char *us) {
  const sip_session_expires_t *expires = message->sip_session_expires;
  call->refresh_every_ms = 0;
  if (!expires || !expires->x_refresher || strcasecmp(expires->x_refresher, us) != 0) return;
  uint64_t sec = expires->x_delta < 90 ? 90 : expires->x_delta; /* RFC 4028 4 */
  call->refresh_every_ms = sec > 86400 ? 43200000u : sec * 500u;
  call->refresh_ms = thread_now_ms() + call->refresh_every_ms;
}

static void on_answered(struct sip_phone_call *call, nta_outgoing_t *request,
                        const sip_t *response) {
  struct sip_event event = {.kind = SIP_EVENT_ANSWERED};
  if (call->is_answered) {
    end_fork(call->line, response);
    return;
  }
  if (!confirm_leg(call, response)) { /* without a To tag there is no dialog to end */
    finish(call, 500, true, "the answer makes no dialog");
    return;
  }
  call->is_answered = true;
  acknowledge(call->line, call->leg, response);
  if (call->hangs_up) {
    send_bye(call, NULL);
    return;
  }
  set_refresh(call, response, "uac");
  sip_set_reason(&event, call->line, request, response);
  event.sdp = sdp_of(response);
  tell(call, &event);
}

/* ---- other final answers ---- */

/* Forgets the INVITE and its dialog, to begin anew. `request` is destroyed by its callback. */
static void drop_invite(struct sip_phone_call *call, nta_outgoing_t *request) {
  if (call->early && call->early != request) nta_outgoing_destroy(call->early);
  if (call->invite && call->invite != request) nta_outgoing_destroy(call->invite);
  call->early = call->invite = NULL;
}

/* Whether another INVITE is under way. */
static bool answer_challenge(struct sip_phone_call *call, nta_outgoing_t *request,
                             const sip_t *response, int status) {
  struct sip_answers answers;
  if (!is_challenge(status)) return false;
  if (!sip_line_answer(call->line, request, response, call->n_tries++, &answers)) return false;
  drop_invite(call, request);
  return send_invite(call, &answers);
}

/* A redirect (RFC 3261 8.1.3.4) is told, and followed by nobody here: to another number through our
 * trunk is another call, which has to pass every limit. */
static void set_redirect(struct sip_event *event, const sip_t *response) {
  const sip_contact_t *contact = response ? response->sip_contact : NULL;
  const char *number = contact ? contact->m_url->url_user : NULL;
  if (event->status < 300 || event->status > 399 || event->is_local) return;
  if (number && sip_text_is_number(number) && strlen(number) < sizeof event->redirect)
    memcpy(event->redirect, number, strlen(number));
}

static void on_refused(struct sip_phone_call *call, nta_outgoing_t *request,
                       const sip_t *response) {
  struct sip_event event = {.kind = SIP_EVENT_ENDED};
  int status = nta_outgoing_status(request);
  bool may_go_on = response && !sip_is_local(request) && !call->hangs_up;
  if (may_go_on && answer_challenge(call, request, response, status)) return;
  sip_set_reason(&event, call->line, request, response);
  set_redirect(&event, response);
  if (call->hangs_up) event.status = 487;
  drop_invite(call, request);
  call->is_over = true;
  tell(call, &event);
}

/* Whoever it is knows what is between us and the trunk; and to the library the call is over. */
static void on_forged(struct sip_phone_call *call, nta_outgoing_t *request) {
  if (nta_outgoing_status(request) < 200 || call->is_answered) return;
  drop_invite(call, request);
  finish(call, 480, false, "answered from another address than the trunk's");
  nta_outgoing_destroy(request);
}

static int on_invite_answer(void *magic, nta_outgoing_t *request, const sip_t *response) {
  struct sip_phone_call *call = magic;
  int status = nta_outgoing_status(request);
  if (!sip_line_answered(call->line, request)) {
    on_forged(call, request);
  } else if (status < 200) {
    on_provisional(call, request, response);
  } else if (status < 300 && response) {
    on_answered(call, request, response);
  } else if (!call->is_answered) {
    on_refused(call, request, response);
    nta_outgoing_destroy(request);
  }
  return 0;
}

/* ---- hanging up ---- */

static void hang_up(struct sip_phone_call *call) {
  if (call->hangs_up) return;
  call->hangs_up = true;
  call->tell_by_ms = thread_now_ms() + SIP_END_MS;
  if (call->is_answered)
    send_bye(call, NULL);
  else if (call->waits || !call->invite)
    finish(call, 487, true, "hung up");
  else
    (void)nta_outgoing_cancel(call->invite); /* waits for a first answer by itself */
  call->waits = false;
}

void sip_calls_hang_up(struct sip *sip, uint64_t id) {
  struct sip_phone_call *call = find(sip, id);
  if (call) hang_up(call);
}

void sip_calls_hang_up_all(struct sip *sip) {
  for (struct sip_phone_call *call = sip->stack.calls; call; call = call->next)
    if (!call->is_told) hang_up(call);
}

/* ---- requests of the far end ---- */

static int on_far_bye(struct sip_phone_call *call) {
  finish(call, call->hangs_up ? 487 : 200, false, "the far end hung up");
  return 200;
}

static int on_info(struct sip_phone_call *call, const sip_t *message) {
  struct sip_event event = {.kind = SIP_EVENT_KEY};
  const sip_payload_t *payload = message->sip_payload;
  const char *type = message->sip_content_type ? message->sip_content_type->c_type : NULL;
  if (!payload || payload->pl_len == 0) return 200; /* RFC 2976 2.2: it asks whether we are there */
  event.key = sip_text_key(type, (radmfa_span){(const uint8_t *)payload->pl_data, payload->pl_len});
  if (!event.key) return 415;
  if (call->is_answered && !call->hangs_up) tell(call, &event);
  return 200;
}

static void reply_to_session(struct sip_phone_call *call, nta_incoming_t *request, int status,
                             const char *phrase, const char *sdp) {
  msg_t *message = nta_incoming_getrequest(request);
  const sip_t *asked = sip_object(message);
  const sip_session_expires_t *timer = asked ? asked->sip_session_expires : NULL;
  bool has_timer = timer && status == 200;
  char expires[48] = "";
  const char *refresher = timer && timer->x_refresher ? timer->x_refresher : "uac";
  bool is_us = strcasecmp(refresher, "uas") == 0;
  if (has_timer)
    (void)snprintf(expires, sizeof expires, "%lu;refresher=%s", timer->x_delta,
                   is_us ? "uas" : "uac");
  (void)nta_incoming_treply(request, status, phrase, SIPTAG_CONTACT_STR(call->line->contact),
                            SIPTAG_ALLOW_STR(SIP_METHODS),
                            TAG_IF(has_timer, SIPTAG_SESSION_EXPIRES_STR(expires)),
                            TAG_IF(has_timer && !is_us, SIPTAG_REQUIRE_STR("timer")),
                            TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR(SDP_TYPE)),
                            TAG_IF(sdp, SIPTAG_PAYLOAD_STR(sdp)), TAG_END());
  if (has_timer) set_refresh(call, asked, "uas");
  msg_destroy(message); /* our reference */
  nta_incoming_destroy(request);
}

/* CANCEL of a re-INVITE, or the ACK, or that none came. */
static int on_offer_cancelled(void *magic, nta_incoming_t *request, const sip_t *message) {
  struct sip_phone_call *call = magic;
  bool is_cancel =
      message && message->sip_request && message->sip_request->rq_method == sip_method_cancel;
  if (!is_cancel || call->offer != request) return 0;
  call->offer = NULL;
  (void)nta_incoming_treply(request, SIP_487_REQUEST_CANCELLED, TAG_END());
  nta_incoming_destroy(request);
  return 0;
}

static int on_offer(struct sip_phone_call *call, nta_incoming_t *request, const sip_t *message) {
  struct sip_event event = {.kind = SIP_EVENT_OFFERED, .sdp = sdp_of(message)};
  bool has_body = message->sip_payload && message->sip_payload->pl_len > 0;
  bool is_update = message->sip_request->rq_method == sip_method_update;
  if (!call->is_answered || call->hangs_up || call->is_told) return 481;
  if (call->offer) return 491; /* RFC 3261 14.2, RFC 3311 5.2 */
  if (has_body && event.sdp.len == 0) return 488;
  if (is_update && !has_body) {
    reply_to_session(call, request, SIP_200_OK, NULL);
    return 0;
  }
  call->offer = request;
  nta_incoming_bind(request, on_offer_cancelled, call);
  tell(call, &event);
  return 0;
}

static int on_request(void *magic, nta_leg_t *leg, nta_incoming_t *request, const sip_t *message) {
  struct sip_phone_call *call = magic;
  (void)leg;
  if (!sip_line_sent(call->line, request)) return 403;
  switch (message->sip_request->rq_method) {
    case sip_method_bye: return on_far_bye(call);
    case sip_method_info: return on_info(call, message);
    case sip_method_invite:
    case sip_method_update: return on_offer(call, request, message);
    case sip_method_options: return 200;
    case sip_method_ack: nta_incoming_destroy(request); return 0;
    default: return 405;
  }
}

void sip_calls_answer_offer(struct sip *sip, uint64_t id, radmfa_span sdp, bool is_accepted) {
  struct sip_phone_call *call = find(sip, id);
  if (!call || !call->offer) return;
  nta_incoming_t *offer = call->offer;
  char *text = is_accepted ? calloc(1, sdp.len + 1) : NULL;
  call->offer = NULL;
  if (text && sdp.len) memcpy(text, sdp.ptr, sdp.len);
  if (text)
    reply_to_session(call, offer, SIP_200_OK, text);
  else if (is_accepted)
    reply_to_session(call, offer, SIP_500_INTERNAL_SERVER_ERROR, NULL);
  else
    reply_to_session(call, offer, SIP_488_NOT_ACCEPTABLE, NULL);
  if (text) radmfa_wipe(text, sdp.len);
  free(text);
}

/* ---- time, and the end ---- */

static void refresh(struct sip_phone_call *call, uint64_t now_ms) {
  char expires[48];
  if (!call->refresh_every_ms || now_ms < call->refresh_ms || call->hangs_up) return;
  (void)snprintf(expires, sizeof expires, "%llu;refresher=uac",
                 (unsigned long long)(call->refresh_every_ms / 500u));
  tagi_t headers[] = {{SIPTAG_CONTACT_STR(call->line->contact)},
                      {SIPTAG_SUPPORTED_STR("timer")},
                      {SIPTAG_SESSION_EXPIRES_STR(expires)},
                      {TAG_END()}};
  call->refresh_ms = now_ms + call->refresh_every_ms;
  nta_outgoing_destroy(send_in_dialog(call, sip_method_update, "UPDATE", NULL, headers, NULL));
}

static void free_call(struct sip_phone_call *call) {
  if (!call->is_told) forget(call->line->sip, call);
  nta_outgoing_destroy(call->early);
  nta_outgoing_destroy(call->invite);
  nta_outgoing_destroy(call->bye);
  if (call->offer) nta_incoming_destroy(call->offer);
  nta_leg_destroy(call->leg);
  radmfa_wipe(call, sizeof *call + call->sdp_len);
  free(call);
}

static bool is_due(uint64_t at_ms, uint64_t now_ms) {
  return at_ms && now_ms >= at_ms;
}

void sip_calls_tick(struct sip *sip, uint64_t now_ms) {
  for (struct sip_phone_call **at = &sip->stack.calls, *call; (call = *at);) {
    if (call->waits) start(call);
    refresh(call, now_ms);
    if (is_due(call->tell_by_ms, now_ms)) tell_end(call, 487, true, "hung up, and no answer");
    if (call->is_over || is_due(call->free_by_ms, now_ms)) {
      *at = call->next;
      free_call(call);
    } else {
      at = &call->next;
    }
  }
}

void sip_calls_drop_all(struct sip *sip) {
  for (struct sip_phone_call *call = sip->stack.calls, *next; call; call = next) {
    next = call->next;
    tell_end(call, 487, true, "the end");
    free_call(call);
  }
  sip->stack.calls = NULL;
}
