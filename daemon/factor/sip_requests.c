/* sip_requests.c: what every request of ours has in common: it goes to its trunk and nowhere else,
 * whatever Contact or Record-Route the far end gave, and says who we are when the trunk asks. */
#include "sip_stack.h"

#include <sodium.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/su_md5.h>
#include <stdio.h>
#include <string.h>

#define TRIES_MAX 2u /* the second only where the first nonce was too old */

/* ---- where to, where from ---- */

enum sip_path_state sip_line_next(const struct sip_line *line, char out_url[SIP_URI_SIZE]) {
  char address_text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address address;
  enum sip_path_state state = sip_paths_next(line->sip->paths, line->at, &address);
  if (state != SIP_PATH_READY) return state;
  bool is_udp = line->next.transport == SIP_UDP;
  (void)snprintf(out_url, SIP_URI_SIZE, "sip:%s;transport=%s",
                 radmfa_address_format(&address, address_text), is_udp ? "udp" : "tcp");
  return state;
}

static bool source_of(msg_t *message, radmfa_address *out_source) {
  radmfa_address source = {.ip = {[10] = 0xff, [11] = 0xff}};
  const su_sockaddr_t *from = msg_addr(message);
  bool is_v4 = from->su_family == AF_INET, is_v6 = from->su_family == AF_INET6;
  if (is_v4) memcpy(source.ip + 12, &from->su_sin.sin_addr, 4);
  if (is_v6) memcpy(source.ip, &from->su_sin6.sin6_addr, sizeof source.ip);
  source.port = ntohs(from->su_port);
  *out_source = source;
  return is_v4 || is_v6;
}

static bool is_from(const struct sip_line *line, msg_t *message) {
  radmfa_address source;
  return message && source_of(message, &source) &&
         sip_paths_is_from(line->sip->paths, line->at, &source);
}

bool sip_line_sent(const struct sip_line *line, nta_incoming_t *request) {
  msg_t *message = nta_incoming_getrequest(request);
  bool is_sent = is_from(line, message);
  msg_destroy(message); /* our reference */
  return is_sent;
}

bool sip_line_answered(const struct sip_line *line, nta_outgoing_t *request) {
  msg_t *message = nta_outgoing_getresponse(request);
  bool is_answered = !message || nta_msg_is_internal(message) || is_from(line, message);
  msg_destroy(message); /* our reference */
  return is_answered;
}

bool sip_is_of_trunk(const struct sip *sip, msg_t *message) {
  size_t at = 0;
  while (at < sip->stack.n_lines && !is_from(&sip->stack.lines[at], message)) at++;
  return at < sip->stack.n_lines;
}

/* ---- dialogs ---- */

#define NAME_SIZE 33u /* 128 bits */

static const char *draw_name(char out[NAME_SIZE]) {
  uint8_t noise[NAME_SIZE / 2];
  randombytes_buf(noise, sizeof noise);
  return sodium_bin2hex(out, NAME_SIZE, noise, sizeof noise);
}

nta_leg_t *sip_line_leg(const struct sip_line *line, const char *from, const char *to,
                        nta_request_f *callback, void *magic) {
  char name[NAME_SIZE];
  nta_leg_t *leg =
      nta_leg_tcreate(line->agent, callback, magic, SIPTAG_CALL_ID_STR(draw_name(name)),
                      SIPTAG_FROM_STR(from), SIPTAG_TO_STR(to), TAG_END());
  if (leg && nta_leg_tag(leg, draw_name(name))) return leg;
  nta_leg_destroy(leg);
  return NULL;
}

/* ---- who we are ---- */

static void md5(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  su_md5_t state;
  su_md5_init(&state);
  su_md5_update(&state, bytes.ptr, bytes.len);
  su_md5_hexdigest(&state, out_hex);
  su_md5_deinit(&state);
}

static void sha256(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  uint8_t hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes.ptr, bytes.len);
  sodium_bin2hex(out_hex, SIP_DIGEST_HEX_SIZE, hash, sizeof hash);
  sodium_memzero(hash, sizeof hash);
}

/* The best challenge that we can answer, or NULL params. */
static struct sip_challenge best_of(const msg_auth_t *list) {
  struct sip_challenge best = {0};
  unsigned best_rank = 0;
  for (; list; list = list->au_next) {
    struct sip_challenge challenge = {.params = (const char *const *)list->au_params};
    bool is_digest = list->au_scheme && strcasecmp(list->au_scheme, "Digest") == 0;
    unsigned rank = is_digest ? sip_digest_rank(&challenge) : 0;
    if (rank <= best_rank) continue;
    best = challenge;
    best_rank = rank;
  }
  return best;
}

static bool answer_one(const struct sip_line *line, const msg_auth_t *list,
                       const struct sip_digest_request *request, unsigned n_tries,
                       char out[SIP_DIGEST_SIZE]) {
  struct sip_credentials credentials = {.user = line->user,
                                        .password = {line->password, line->password_len},
                                        .md5 = md5,
                                        .sha256 = sha256};
  struct sip_challenge challenge = best_of(list);
  out[0] = '\0';
  if (!list) return true;
  if (!challenge.params || (n_tries > 0 && !sip_digest_is_stale(&challenge))) return false;
  return sip_digest_answer(&challenge, &credentials, request, out);
}

bool sip_line_answer(const struct sip_line *line, nta_outgoing_t *request, const sip_t *response,
                     unsigned n_tries, struct sip_answers *out_answers) {
  char uri[SIP_URI_SIZE], cnonce[NAME_SIZE];
  const url_t *request_uri = nta_outgoing_request_uri(request);
  const msg_auth_t *www = response->sip_www_authenticate, *proxy = response->sip_proxy_authenticate;
  if (!line->user || n_tries >= TRIES_MAX || (!www && !proxy) || !request_uri) return false;
  isize_t len = url_e(uri, sizeof uri, request_uri);
  if (len <= 0 || (size_t)len >= sizeof uri) return false;
  struct sip_digest_request what = {
      .method = nta_outgoing_method_name(request), .uri = uri, .cnonce = draw_name(cnonce)};
  return answer_one(line, www, &what, n_tries, out_answers->www) &&
         answer_one(line, proxy, &what, n_tries, out_answers->proxy);
}

/* ---- sending ---- */

nta_outgoing_t *sip_line_send(const struct sip_line *line, nta_leg_t *leg,
                              const struct sip_request_parts *parts, nta_response_f *callback,
                              void *magic) {
  char next[SIP_URI_SIZE];
  const struct sip_answers *answers = parts->answers;
  const char *www = answers && *answers->www ? answers->www : NULL;
  const char *proxy = answers && *answers->proxy ? answers->proxy : NULL;
  if (sip_line_next(line, next) != SIP_PATH_READY) return NULL;
  return nta_outgoing_tcreate(
      leg, callback, magic, URL_STRING_MAKE(next), parts->method, parts->name,
      URL_STRING_MAKE(parts->uri), TAG_IF(www, SIPTAG_AUTHORIZATION_STR(www)),
      TAG_IF(proxy, SIPTAG_PROXY_AUTHORIZATION_STR(proxy)), TAG_NEXT(parts->headers));
}

/* ---- what came back ---- */

bool sip_is_local(nta_outgoing_t *request) {
  msg_t *response = nta_outgoing_getresponse(request);
  bool is_local = !response || nta_msg_is_internal(response);
  msg_destroy(response); /* our reference */
  return is_local;
}

void sip_set_reason(struct sip_event *event, nta_outgoing_t *request, const sip_t *response) {
  const sip_status_t *line = response ? response->sip_status : NULL;
  event->status = (uint16_t)(line ? line->st_status : nta_outgoing_status(request));
  event->is_local = sip_is_local(request);
  sip_text_copy(event->reason, sizeof event->reason, line ? line->st_phrase : NULL);
}
