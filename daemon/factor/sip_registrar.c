/* sip_registrar.c: REGISTER (RFC 3261 10) and its refreshes. */
#include "../thread.h"
#include "sip_stack.h"

#include <stdio.h>
#include <stdlib.h>

#define EXPIRES_SEC 600u
#define EXPIRES_MIN_SEC 60u
#define EXPIRES_MAX_SEC 86400u
#define RETRY_MIN_MS 30000u
#define RETRY_MAX_MS 3600000u

struct sip_registration {
  struct sip_line *line;
  nta_leg_t *leg;
  nta_outgoing_t *request; /* under way */
  unsigned n_tries;        /* with credentials, of the request under way */
  uint32_t expires_sec;    /* that we ask for */
  uint64_t due_ms;
  uint32_t retry_ms; /* longer each time that it fails: a wrong password may lock us out */
  bool is_registered, is_leaving;
  char uri[SIP_URI_SIZE];
};

static nta_response_f on_answer;

static bool send_register(struct sip_registration *registration,
                          const struct sip_answers *answers) {
  char expires[16];
  (void)snprintf(expires, sizeof expires, "%u", registration->expires_sec);
  tagi_t headers[] = {
      {SIPTAG_CONTACT_STR(registration->line->contact)},
      {SIPTAG_EXPIRES_STR(expires)},
      {TAG_IF(*registration->line->route, SIPTAG_ROUTE_STR(registration->line->route))},
      {TAG_END()}};
  struct sip_request_parts parts = {.method = sip_method_register,
                                    .name = "REGISTER",
                                    .uri = registration->uri,
                                    .answers = answers,
                                    .headers = headers};
  registration->request =
      sip_line_send(registration->line, registration->leg, &parts, on_answer, registration);
  return registration->request != NULL;
}

static void tell(struct sip_registration *registration, enum sip_event_kind kind,
                 struct sip_event *event) {
  event->kind = kind;
  event->call = registration->line->at;
  registration->is_registered = kind == SIP_EVENT_REGISTERED;
  sip_tell(registration->line->sip, event);
}

/* What the registrar granted: of our Contact, or of all. */
static uint32_t granted_sec(const sip_t *response) {
  unsigned long sec = EXPIRES_SEC;
  if (response->sip_expires) sec = response->sip_expires->ex_delta;
  if (response->sip_contact && !response->sip_contact->m_next && response->sip_contact->m_expires)
    sec = strtoul(response->sip_contact->m_expires, NULL, 10);
  if (sec < EXPIRES_MIN_SEC) sec = EXPIRES_MIN_SEC;
  return sec > EXPIRES_MAX_SEC ? EXPIRES_MAX_SEC : (uint32_t)sec;
}

static void wait_longer(struct sip_registration *registration, uint64_t now_ms) {
  registration->due_ms = now_ms + registration->retry_ms;
  registration->retry_ms *= 2;
  if (registration->retry_ms > RETRY_MAX_MS) registration->retry_ms = RETRY_MAX_MS;
}

static void refused(struct sip_registration *registration, nta_outgoing_t *request,
                    const sip_t *response) {
  struct sip_event event = {0};
  sip_set_reason(&event, request, response);
  wait_longer(registration, thread_now_ms());
  tell(registration, SIP_EVENT_UNREGISTERED, &event);
}

static void accepted(struct sip_registration *registration, nta_outgoing_t *request,
                     const sip_t *response) {
  struct sip_event event = {0};
  sip_set_reason(&event, request, response);
  bool is_new = !registration->is_registered;
  registration->retry_ms = RETRY_MIN_MS;
  registration->due_ms = thread_now_ms() + granted_sec(response) * 750ull;
  if (is_new) tell(registration, SIP_EVENT_REGISTERED, &event);
}

/* Whether the request was sent again. */
static bool answer_challenge(struct sip_registration *registration, nta_outgoing_t *request,
                             const sip_t *response, int status) {
  struct sip_answers answers;
  if (status != 401 && status != 407) return false;
  bool is_sent =
      sip_line_answer(registration->line, request, response, registration->n_tries++, &answers) &&
      send_register(registration, &answers);
  return is_sent;
}

/* Whether it asks for a longer time (RFC 3261 10.2.8), and the request was sent again. */
static bool ask_for_longer(struct sip_registration *registration, const sip_t *response,
                           int status) {
  if (status != 423 || !response->sip_min_expires) return false;
  unsigned long sec = response->sip_min_expires->me_delta;
  if (sec <= registration->expires_sec || sec > EXPIRES_MAX_SEC) return false;
  registration->expires_sec = (uint32_t)sec;
  return send_register(registration, NULL);
}

static int on_answer(void *magic, nta_outgoing_t *request, const sip_t *response) {
  struct sip_registration *registration = magic;
  int status = nta_outgoing_status(request);
  if (status < 200) return 0;
  registration->request = NULL;
  bool is_sent =
      !sip_is_local(request) && (answer_challenge(registration, request, response, status) ||
                                 ask_for_longer(registration, response, status));
  if (!is_sent && !registration->is_leaving) {
    if (status < 300)
      accepted(registration, request, response);
    else
      refused(registration, request, response);
  }
  nta_outgoing_destroy(request);
  return 0;
}

void sip_registrar_tick(struct sip_line *line, uint64_t now_ms) {
  struct sip_registration *registration = line->registration;
  char next[SIP_URI_SIZE];
  if (!registration || registration->request || registration->is_leaving) return;
  if (now_ms < registration->due_ms || sip_line_next(line, next) == SIP_PATH_PENDING) return;
  registration->n_tries = 0;
  if (send_register(registration, NULL)) return;
  wait_longer(registration, now_ms);
  struct sip_event event = {.status = 503, .is_local = true};
  tell(registration, SIP_EVENT_UNREGISTERED, &event);
}

bool sip_registrar_start(struct sip_line *line) {
  char address[SIP_URI_SIZE], uri[SIP_URI_SIZE];
  struct sip_registration *registration = calloc(1, sizeof *registration);
  if (!registration) return false;
  line->registration = registration;
  registration->line = line;
  registration->expires_sec = EXPIRES_SEC;
  registration->retry_ms = RETRY_MIN_MS;
  (void)snprintf(registration->uri, sizeof registration->uri, "sip:%.400s", line->host_port);
  (void)sip_text_user_uri(line->user ? line->user : "anonymous", line->host_port, uri);
  (void)sip_text_name_address(NULL, uri, address);
  registration->leg = sip_line_leg(line, address, address, NULL, NULL);
  return registration->leg != NULL;
}

void sip_registrar_leave(struct sip_line *line) {
  struct sip_registration *registration = line->registration;
  if (!registration || registration->is_leaving) return;
  registration->is_leaving = true;
  nta_outgoing_destroy(registration->request);
  registration->request = NULL;
  registration->expires_sec = 0;
  registration->n_tries = 0;
  if (registration->is_registered) (void)send_register(registration, NULL);
}

bool sip_registrar_is_idle(const struct sip_line *line) {
  return !line->registration || !line->registration->request;
}

void sip_registrar_free(struct sip_line *line) {
  struct sip_registration *registration = line->registration;
  if (!registration) return;
  nta_outgoing_destroy(registration->request);
  nta_leg_destroy(registration->leg);
  free(registration);
  line->registration = NULL;
}
