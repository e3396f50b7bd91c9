/* sip_probing.c: OPTIONS to look at a trunk (RFC 3261 11). */
#include "../thread.h"
#include "sip_stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 4000u

struct sip_probing {
  struct sip_probing *next;
  struct sip_line *line;
  nta_leg_t *leg;
  nta_outgoing_t *request;
  unsigned n_tries;
  uint64_t began_ms;
  bool is_over;
  struct sip_probe found;
};

static void note_path(struct sip_probing *probing) {
  struct sip_probe *found = &probing->found;
  const struct sip_line *line = probing->line;
  struct sip_relay_facts facts;
  radmfa_address address;
  sip_text_copy(found->transport, sizeof found->transport,
                sip_text_transport(line->next.transport));
  sip_paths_facts(line->sip->paths, line->at, &facts);
  if (line->next.transport == SIP_TLS) {
    (void)memcpy(found->address, facts.probe.address, sizeof found->address);
    (void)memcpy(found->tls_version, facts.probe.tls_version, sizeof found->tls_version);
    (void)memcpy(found->certificate, facts.probe.certificate, sizeof found->certificate);
    found->not_after_sec = facts.probe.not_after_sec;
  } else if (sip_paths_address(line->sip->paths, line->at, &address) == SIP_PATH_READY) {
    (void)radmfa_address_format(&address, found->address);
  }
}

/* Told once; the rest goes with the next tick. */
static void end_probe(struct sip_probing *probing, struct sip_event *event) {
  struct sip *sip = probing->line->sip;
  if (probing->is_over) return;
  probing->is_over = true;
  probing->found.took_ms = (uint32_t)(thread_now_ms() - probing->began_ms);
  note_path(probing);
  event->kind = SIP_EVENT_PROBED;
  event->call = probing->line->at;
  event->probe = &probing->found;
  sip_tell(sip, event);
}

static void give_up(struct sip_probing *probing, uint16_t status) {
  struct sip_event event = {.status = status, .is_local = true};
  end_probe(probing, &event);
}

static nta_response_f on_answer;

static bool send_options(struct sip_probing *probing, const struct sip_answers *answers) {
  char uri[SIP_URI_SIZE];
  const struct sip_line *line = probing->line;
  (void)snprintf(uri, sizeof uri, "sip:%.400s", line->host_port);
  tagi_t headers[] = {{SIPTAG_ACCEPT_STR("application/sdp")},
                      {SIPTAG_CONTACT_STR(line->contact)},
                      {TAG_IF(*line->route, SIPTAG_ROUTE_STR(line->route))},
                      {TAG_END()}};
  struct sip_request_parts parts = {.method = sip_method_options,
                                    .name = "OPTIONS",
                                    .uri = uri,
                                    .answers = answers,
                                    .headers = headers};
  probing->request = sip_line_send(line, probing->leg, &parts, on_answer, probing);
  return probing->request != NULL;
}

static int on_answer(void *magic, nta_outgoing_t *request, const sip_t *response) {
  struct sip_probing *probing = magic;
  struct sip_answers answers;
  struct sip_event event = {0};
  int status = nta_outgoing_status(request);
  if (status < 200) return 0;
  probing->request = NULL;
  bool is_sent = !sip_is_local(request) && (status == 401 || status == 407) &&
                 sip_line_answer(probing->line, request, response, probing->n_tries++, &answers) &&
                 send_options(probing, &answers);
  if (!is_sent) {
    if (response && response->sip_payload)
      sip_text_codecs((radmfa_span){(const uint8_t *)response->sip_payload->pl_data,
                                    response->sip_payload->pl_len},
                      &probing->found);
    sip_set_reason(&event, request, response);
    end_probe(probing, &event);
  }
  nta_outgoing_destroy(request);
  return 0;
}

/* A name may still be looked up. */
static void try_to_send(struct sip_probing *probing) {
  char next[SIP_URI_SIZE];
  if (probing->request || probing->is_over) return;
  if (sip_line_next(probing->line, next) == SIP_PATH_PENDING) return;
  if (!send_options(probing, NULL)) give_up(probing, 503);
}

void sip_probe_start(struct sip *sip, size_t trunk) {
  char address[SIP_URI_SIZE], uri[SIP_URI_SIZE];
  bool is_good = trunk < sip->stack.n_lines && !sip->stack.is_ending;
  struct sip_probing *probing = is_good ? calloc(1, sizeof *probing) : NULL;
  if (!probing) {
    static const struct sip_probe nothing;
    sip_tell(sip, &(struct sip_event){.kind = SIP_EVENT_PROBED,
                                      .call = trunk,
                                      .status = 503,
                                      .is_local = true,
                                      .probe = &nothing});
    return;
  }
  struct sip_line *line = probing->line = &sip->stack.lines[trunk];
  probing->began_ms = thread_now_ms();
  probing->next = sip->stack.probings;
  sip->stack.probings = probing;
  (void)snprintf(uri, sizeof uri, "sip:%.400s", line->host_port);
  (void)sip_text_name_address(NULL, uri, address);
  probing->leg = sip_line_leg(line, line->from, address, NULL, NULL);
  if (probing->leg)
    try_to_send(probing);
  else
    give_up(probing, 503);
}

static void free_probing(struct sip_probing *probing) {
  nta_outgoing_destroy(probing->request);
  nta_leg_destroy(probing->leg);
  free(probing);
}

void sip_probes_tick(struct sip *sip, uint64_t now_ms) {
  for (struct sip_probing **at = &sip->stack.probings, *probing; (probing = *at);) {
    try_to_send(probing);
    if (now_ms - probing->began_ms >= PATIENCE_MS) give_up(probing, 408);
    if (probing->is_over) {
      *at = probing->next;
      free_probing(probing);
    } else {
      at = &probing->next;
    }
  }
}

void sip_probes_drop_all(struct sip *sip) {
  for (struct sip_probing *probing = sip->stack.probings, *next; probing; probing = next) {
    next = probing->next;
    give_up(probing, 503);
    free_probing(probing);
  }
  sip->stack.probings = NULL;
}
