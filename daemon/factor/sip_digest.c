/* sip_digest.c: sofia's own digest knows MD5 only, and cuts a password at its first colon. */
#include "sip_digest.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define VALUE_SIZE 512u

enum algorithm { UNKNOWN, MD5, SHA256 };

/* ---- what the challenge says ---- */

/* Unquotes "name=value" into `out`; false where it is not there or too long. */
static bool find(const struct sip_challenge *challenge, const char *name, char out[VALUE_SIZE]) {
  size_t name_len = strlen(name), n = 0;
  const char *value = NULL;
  for (const char *const *param = challenge->params; param && *param && !value; param++)
    if (strncasecmp(*param, name, name_len) == 0 && (*param)[name_len] == '=')
      value = *param + name_len + 1;
  if (!value) return false;
  bool is_quoted = *value == '"';
  for (value += is_quoted; *value && !(is_quoted && *value == '"'); value++) {
    if (is_quoted && *value == '\\' && value[1]) value++;
    if ((unsigned char)*value < 0x20 || n + 1 == VALUE_SIZE) return false;
    out[n++] = *value;
  }
  out[n] = '\0';
  return true;
}

static enum algorithm algorithm_of(const struct sip_challenge *challenge) {
  char word[VALUE_SIZE];
  if (!find(challenge, "algorithm", word)) return MD5; /* RFC 7616 3.3 */
  if (strcasecmp(word, "MD5") == 0) return MD5;
  if (strcasecmp(word, "SHA-256") == 0) return SHA256;
  return UNKNOWN;
}

/* Whether `list` ("auth,auth-int") has `auth`. */
static bool offers_auth(const char *list) {
  while (*list) {
    list += strspn(list, ", \t");
    size_t len = strcspn(list, ", \t");
    if (len == 4 && strncasecmp(list, "auth", 4) == 0) return true;
    list += len;
  }
  return false;
}

unsigned sip_digest_rank(const struct sip_challenge *challenge) {
  char value[VALUE_SIZE];
  if (!find(challenge, "realm", value) || !find(challenge, "nonce", value)) return 0;
  if (find(challenge, "qop", value) && !offers_auth(value)) return 0;
  return (unsigned)algorithm_of(challenge);
}

bool sip_digest_is_stale(const struct sip_challenge *challenge) {
  char value[VALUE_SIZE];
  return find(challenge, "stale", value) && strcasecmp(value, "true") == 0;
}

/* ---- the answer ---- */

struct parts {
  char realm[VALUE_SIZE];
  char nonce[VALUE_SIZE];
  char opaque[VALUE_SIZE];
  bool has_opaque, has_qop;
  enum algorithm algorithm;
  sip_hash_fn *hash;
};

static bool read_parts(const struct sip_challenge *challenge,
                       const struct sip_credentials *credentials, struct parts *parts) {
  char qop[VALUE_SIZE];
  if (sip_digest_rank(challenge) == 0) return false;
  (void)find(challenge, "realm", parts->realm);
  (void)find(challenge, "nonce", parts->nonce);
  parts->has_opaque = find(challenge, "opaque", parts->opaque);
  parts->has_qop = find(challenge, "qop", qop);
  parts->algorithm = algorithm_of(challenge);
  parts->hash = parts->algorithm == SHA256 ? credentials->sha256 : credentials->md5;
  return true;
}

/* Hash of "user:realm:password" (RFC 7616 3.4.2). */
static bool hash_secret(const struct parts *parts, const struct sip_credentials *credentials,
                        char out_hex[SIP_DIGEST_HEX_SIZE]) {
  char text[3 * VALUE_SIZE];
  int len = snprintf(text, sizeof text, "%s:%s:", credentials->user, parts->realm);
  bool fits = len > 0 && (size_t)len + credentials->password.len <= sizeof text;
  if (fits) {
    if (credentials->password.len)
      memcpy(text + len, credentials->password.ptr, credentials->password.len);
    parts->hash((radmfa_span){(const uint8_t *)text, (size_t)len + credentials->password.len},
                out_hex);
  }
  sodium_memzero(text, sizeof text);
  return fits;
}

static bool hash_response(const struct parts *parts, const struct sip_digest_request *request,
                          const char *secret_hex, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  char text[4 * VALUE_SIZE], request_hex[SIP_DIGEST_HEX_SIZE];
  int len = snprintf(text, sizeof text, "%s:%s", request->method, request->uri);
  if (len < 0 || (size_t)len >= sizeof text) return false;
  parts->hash(radmfa_text(text), request_hex);
  if (parts->has_qop)
    len = snprintf(text, sizeof text, "%s:%s:00000001:%s:auth:%s", secret_hex, parts->nonce,
                   request->cnonce, request_hex);
  else
    len = snprintf(text, sizeof text, "%s:%s:%s", secret_hex, parts->nonce, request_hex);
  if (len > 0 && (size_t)len < sizeof text) parts->hash(radmfa_text(text), out_hex);
  sodium_memzero(text, sizeof text);
  return len > 0 && (size_t)len < 4 * VALUE_SIZE;
}

/* A text under construction; too long once, too long for good. */
struct text {
  char *out;
  size_t n;
  bool is_full;
};

static void put(struct text *text, const char *piece) {
  size_t len = strlen(piece);
  text->is_full |= text->n + len >= SIP_DIGEST_SIZE;
  if (text->is_full) return;
  memcpy(text->out + text->n, piece, len + 1);
  text->n += len;
}

static void put_quoted(struct text *text, const char *name, const char *value) {
  put(text, name);
  put(text, "=\"");
  for (char one[2] = {0}; *value; value++) {
    if (*value == '"' || *value == '\\') put(text, "\\");
    one[0] = *value;
    put(text, one);
  }
  put(text, "\"");
}

bool sip_digest_answer(const struct sip_challenge *challenge,
                       const struct sip_credentials *credentials,
                       const struct sip_digest_request *request, char out[SIP_DIGEST_SIZE]) {
  struct parts parts = {0};
  char secret_hex[SIP_DIGEST_HEX_SIZE], response[SIP_DIGEST_HEX_SIZE];
  struct text text = {.out = out};
  if (!read_parts(challenge, credentials, &parts)) return false;
  if (!hash_secret(&parts, credentials, secret_hex)) return false;
  bool hashed = hash_response(&parts, request, secret_hex, response);
  sodium_memzero(secret_hex, sizeof secret_hex);
  if (!hashed) return false;
  put_quoted(&text, "Digest username", credentials->user);
  put_quoted(&text, ", realm", parts.realm);
  put_quoted(&text, ", nonce", parts.nonce);
  put_quoted(&text, ", uri", request->uri);
  put_quoted(&text, ", response", response);
  put(&text, parts.algorithm == SHA256 ? ", algorithm=SHA-256" : ", algorithm=MD5");
  if (parts.has_qop) {
    put(&text, ", qop=auth, nc=00000001");
    put_quoted(&text, ", cnonce", request->cnonce);
  }
  if (parts.has_opaque) put_quoted(&text, ", opaque", parts.opaque);
  return !text.is_full;
}
