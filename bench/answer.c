#include "answer.h"

#include "unsigned.h"
#include "values.h"

#include <radmfa/auth.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- options ---- */

bool read_verdict(const char *text, void *out) {
  static const char *const words[] = {[VERDICT_ACCEPT] = "accept",
                                      [VERDICT_REJECT] = "reject",
                                      [VERDICT_CHALLENGE] = "challenge",
                                      [VERDICT_CHECK] = "check"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!strcmp(words[i], text)) {
      *(enum verdict *)out = (enum verdict)i;
      return true;
    }
  return false;
}

/* By number, or by the RFCs' name in any case; 0 where there is none. */
static uint8_t type_of(const char *text, size_t len) {
  char name[64];
  uint64_t number;
  if (len >= sizeof name) return 0;
  memcpy(name, text, len);
  name[len] = 0;
  if (read_count(name, &number)) return number <= UINT8_MAX ? (uint8_t)number : 0;
  for (unsigned type = 1; type <= UINT8_MAX; type++) {
    const char *known = radmfa_attr_name((uint8_t)type);
    if (known && !strcasecmp(known, name)) return (uint8_t)type;
  }
  return 0;
}

static bool is_hex(const char *text) {
  return !strncmp(text, "0x", 2) && text[2] && strlen(text) % 2 == 0 &&
         strspn(text + 2, "0123456789abcdefABCDEF") == strlen(text + 2);
}

static size_t put_hex(const char *text, uint8_t *out) {
  size_t n = 0;
  for (; text[2 * n]; n++)
    out[n] = (uint8_t)strtoul((char[]){text[2 * n], text[2 * n + 1], 0}, NULL, 16);
  return n;
}

/* The builder sets these three itself. */
static bool is_ours(uint8_t type) {
  return type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR || type == RADMFA_ATTR_PROXY_STATE ||
         type == RADMFA_ATTR_STATE;
}

bool read_attribute(const char *text, void *out) {
  struct answer_attributes *attributes = out;
  const char *equals = strchr(text, '=');
  uint8_t type = equals ? type_of(text, (size_t)(equals - text)) : 0;
  if (!type || is_ours(type)) return false;
  const char *value = equals + 1;
  bool hex = is_hex(value);
  size_t len = hex ? strlen(value) / 2 - 1 : strlen(value);
  if (len > RADMFA_ATTR_VALUE_SIZE_MAX || attributes->len + 2 + len > sizeof attributes->bytes)
    return false;
  uint8_t *end = attributes->bytes + attributes->len;
  end[0] = type;
  end[1] = (uint8_t)(2 + len);
  if (hex)
    put_hex(value + 2, end + 2);
  else
    memcpy(end + 2, value, len);
  attributes->len += 2 + len;
  return true;
}

/* ---- answers ---- */

/* By PAP or CHAP, whichever it is. */
static bool proves(const radmfa_packet *request, radmfa_span password,
                   const radmfa_secret *secret) {
  uint8_t given[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
  int error = radmfa_reveal_password(request, secret, given, &len);
  if (error == RADMFA_E_NOT_FOUND) return radmfa_verify_chap(request, password) == 0;
  return !error && radmfa_span_equal((radmfa_span){given, len}, password);
}

static bool has_right_password(const struct answer_options *options, const radmfa_packet *request,
                               const radmfa_secret *secret) {
  uint8_t password[PATTERN_TEXT_SIZE];
  radmfa_span user;
  uint64_t number;
  if (!radmfa_packet_find(request, RADMFA_ATTR_USER_NAME, &user)) return false;
  if (!pattern_read(&options->users, user, &number)) return false;
  size_t len = pattern_write(&options->passwords, number, password);
  return proves(request, (radmfa_span){password, len}, secret);
}

uint8_t answer_code(const struct answer_options *options, const radmfa_packet *request,
                    const radmfa_secret *secret, bool *out_bad_password) {
  radmfa_span state;
  *out_bad_password = false;
  switch (options->verdict) {
    case VERDICT_REJECT: return RADMFA_ACCESS_REJECT;
    case VERDICT_CHALLENGE:
      return radmfa_packet_find(request, RADMFA_ATTR_STATE, &state) ? RADMFA_ACCESS_ACCEPT
                                                                    : RADMFA_ACCESS_CHALLENGE;
    case VERDICT_CHECK:
      *out_bad_password = !has_right_password(options, request, secret);
      return *out_bad_password ? RADMFA_ACCESS_REJECT : RADMFA_ACCESS_ACCEPT;
    case VERDICT_ACCEPT:
    default: return RADMFA_ACCESS_ACCEPT;
  }
}

static void put_attributes(radmfa_builder *builder, const struct answer_options *options,
                           const radmfa_packet *request, uint8_t code) {
  radmfa_span attributes = {options->attributes.bytes, options->attributes.len};
  /* unlike any other login's, as a server's would be */
  radmfa_span state = {radmfa_packet_authenticator(request), RADMFA_AUTHENTICATOR_SIZE};
  if (code == RADMFA_ACCESS_ACCEPT && request->code == RADMFA_ACCESS_REQUEST)
    radmfa_build_attrs(builder, attributes);
  if (code != RADMFA_ACCESS_CHALLENGE) return;
  radmfa_build_attr(builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("once more"));
  radmfa_build_attr(builder, RADMFA_ATTR_STATE, state);
}

size_t answer_build(const struct answer_options *options, const radmfa_packet *request,
                    uint8_t code, const struct secret *secret,
                    uint8_t out_reply[RADMFA_PACKET_SIZE_MAX]) {
  radmfa_builder builder;
  radmfa_span reply;
  radmfa_build_reply(&builder, out_reply, RADMFA_PACKET_SIZE_MAX, code, request);
  put_attributes(&builder, options, request, code);
  if (radmfa_build_finish(&builder, secret->shared, &reply)) return 0;
  if (options->message_authenticator) return reply.len;
  return remove_from_reply(out_reply, reply.len, secret, radmfa_packet_authenticator(request));
}
