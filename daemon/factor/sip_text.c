/* sip_text.c: texts of SIP. A number is digits, a host is letters, digits and dots: with that no
 * header can be smuggled in. */
#include "sip_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DISPLAY_NAME_MAX 64u
#define USER_MAX 64u

static const char digits[] = "0123456789";

void sip_text_copy(char *out, size_t size, const char *text) {
  size_t len = text ? strnlen(text, size - 1) : 0;
  if (len) memcpy(out, text, len);
  out[len] = '\0';
}

/* ---- where a trunk is ---- */

static const char *const transports[] = {"udp", "tcp", "tls"};

const char *sip_text_transport(enum sip_transport transport) {
  return transports[transport];
}

/* Each takes its part off the front of `*in`. */
static bool take_host(const char **in, struct sip_target *target) {
  const char *start = *in,
             *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  target->is_v6 = *start == '[';
  if (target->is_v6) {
    start++;
    allowed = "0123456789abcdefABCDEF:.";
  }
  size_t len = strspn(start, allowed);
  if (len == 0 || len >= sizeof target->host) return false;
  memcpy(target->host, start, len);
  target->host[len] = '\0';
  *in = start + len;
  if (!target->is_v6) return true;
  return *(*in)++ == ']';
}

static bool take_port(const char **in, struct sip_target *target) {
  target->has_port = **in == ':';
  if (!target->has_port) return true;
  size_t len = strspn(++*in, digits);
  if (len == 0 || len > 5) return false;
  unsigned port = 0;
  for (size_t i = 0; i < len; i++) port = port * 10 + (unsigned)(*(*in)++ - '0');
  target->port = (uint16_t)port;
  return port > 0 && port <= UINT16_MAX;
}

static bool take_transport(const char **in, struct sip_target *target) {
  if (**in == '\0') return true;
  static const char word[] = ";transport=";
  if (strncasecmp(*in, word, sizeof word - 1) != 0) return false;
  const char *value = *in + sizeof word - 1;
  for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
    if (strcasecmp(value, transports[i]) == 0) {
      target->transport = (enum sip_transport)i;
      *in = "";
      return true;
    }
  return false;
}

bool sip_text_target(const char *uri, struct sip_target *out_target) {
  struct sip_target target = {.transport = SIP_UDP};
  const char *in = uri;
  bool is_sips = strncasecmp(in, "sips:", 5) == 0;
  if (!is_sips && strncasecmp(in, "sip:", 4) != 0) return false;
  in += is_sips ? 5 : 4;
  if (!take_host(&in, &target) || !take_port(&in, &target)) return false;
  if (is_sips && *in) return false;
  if (!take_transport(&in, &target) || *in) return false;
  if (is_sips) target.transport = SIP_TLS;
  if (!target.has_port) target.port = target.transport == SIP_TLS ? 5061 : 5060; /* 19.1.2 */
  *out_target = target;
  return true;
}

const char *sip_text_host_port(const struct sip_target *target, char out[SIP_URI_SIZE]) {
  char port[8] = "";
  if (target->has_port) (void)snprintf(port, sizeof port, ":%u", target->port);
  (void)snprintf(out, SIP_URI_SIZE, "%s%s%s%s", target->is_v6 ? "[" : "", target->host,
                 target->is_v6 ? "]" : "", port);
  return out;
}

/* ---- numbers and names ---- */

static bool is_digits(const char *text) {
  size_t len = strspn(text, digits);
  return len > 0 && len <= SIP_NUMBER_MAX && text[len] == '\0';
}

bool sip_text_is_number(const char *number) {
  return is_digits(*number == '+' ? number + 1 : number);
}

bool sip_text_is_extension(const char *extension) {
  return is_digits(extension);
}

const char *sip_text_phone_uri(const char *number, const char *extension, const char *host_port,
                               char out[SIP_URI_SIZE]) {
  (void)snprintf(out, SIP_URI_SIZE, "sip:%s%s%s@%s;user=phone", number, extension ? ";ext=" : "",
                 extension ? extension : "", host_port);
  return out;
}

const char *sip_text_user_uri(const char *user, const char *host_port, char out[SIP_URI_SIZE]) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/";
  char escaped[3 * USER_MAX + 1];
  size_t n = 0;
  for (; *user && n + 3 < sizeof escaped; user++) {
    if (strchr(plain, *user))
      escaped[n++] = *user;
    else
      n += (size_t)snprintf(escaped + n, 4, "%%%02X", (unsigned char)*user);
  }
  escaped[n] = '\0';
  (void)snprintf(out, SIP_URI_SIZE, "sip:%s@%s", escaped, host_port);
  return out;
}

static void quote(const char *name, char *out, size_t size) {
  size_t n = 0;
  out[n++] = '"';
  for (; *name && n + 3 < size; name++) {
    unsigned char c = (unsigned char)*name;
    if (c < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') out[n++] = '\\';
    out[n++] = *name;
  }
  out[n++] = '"';
  out[n] = '\0';
}

const char *sip_text_name_address(const char *name, const char *uri, char out[SIP_URI_SIZE]) {
  char quoted[DISPLAY_NAME_MAX * 2 + 3] = "";
  if (name && *name) quote(name, quoted, sizeof quoted);
  (void)snprintf(out, SIP_URI_SIZE, "%s%s<%s>", quoted, *quoted ? " " : "", uri);
  return out;
}

/* ---- keys in INFO ---- */

static radmfa_span trim(radmfa_span text) {
  while (text.len && strchr(" \t\r\n", text.ptr[0]) && text.ptr[0]) text.ptr++, text.len--;
  while (text.len && strchr(" \t\r\n", text.ptr[text.len - 1]) && text.ptr[text.len - 1])
    text.len--;
  return text;
}

/* Cuts the first line off. */
static bool take_line(radmfa_span *text, radmfa_span *out_line) {
  if (text->len == 0) return false;
  const uint8_t *end = memchr(text->ptr, '\n', text->len);
  size_t len = end ? (size_t)(end - text->ptr) + 1 : text->len;
  *out_line = trim((radmfa_span){text->ptr, len});
  *text = (radmfa_span){text->ptr + len, text->len - len};
  return true;
}

static bool begins(radmfa_span text, const char *word, radmfa_span *out_rest) {
  size_t len = strlen(word);
  if (text.len < len || strncasecmp((const char *)text.ptr, word, len) != 0) return false;
  *out_rest = (radmfa_span){text.ptr + len, text.len - len};
  return true;
}

static char event_number(unsigned number) { /* RFC 4733 table 3 */
  static const char keys[] = "0123456789*#ABCD";
  return number < sizeof keys - 1 ? keys[number] : '\0';
}

/* "#", or "11" as some gateways have it. */
static char key_of(radmfa_span text) {
  if (text.len == 2 && text.ptr[0] == '1' && text.ptr[1] >= '0' && text.ptr[1] <= '5')
    return event_number(10u + text.ptr[1] - '0');
  if (text.len != 1) return '\0';
  char key = (char)text.ptr[0];
  if (key >= 'a' && key <= 'd') key = (char)(key - 'a' + 'A');
  return key && strchr("0123456789*#ABCD", key) ? key : '\0';
}

static char signal_key(radmfa_span body) {
  radmfa_span line, value;
  while (take_line(&body, &line)) {
    if (!begins(line, "Signal", &value)) continue;
    value = trim(value);
    if (value.len == 0 || value.ptr[0] != '=') continue;
    return key_of(trim((radmfa_span){value.ptr + 1, value.len - 1}));
  }
  return '\0';
}

char sip_text_key(const char *type, radmfa_span body) {
  if (!type) return '\0';
  if (strcasecmp(type, "application/dtmf-relay") == 0) return signal_key(body);
  if (strcasecmp(type, "application/dtmf") == 0) return key_of(trim(body));
  return '\0';
}

/* ---- codecs of an answer to OPTIONS ---- */

static bool has_payload(radmfa_span media, const char *payload) {
  size_t len = strlen(payload);
  for (size_t i = 0; i + len <= media.len; i++) {
    bool begins_here = i == 0 || media.ptr[i - 1] == ' ';
    bool ends_here = i + len == media.len || media.ptr[i + len] == ' ';
    if (begins_here && ends_here && memcmp(media.ptr + i, payload, len) == 0) return true;
  }
  return false;
}

/* "101 telephone-event/8000" */
static bool names_events(radmfa_span map) {
  radmfa_span rest;
  const uint8_t *space = memchr(map.ptr, ' ', map.len);
  if (!space) return false;
  size_t at = (size_t)(space - map.ptr) + 1;
  return begins((radmfa_span){map.ptr + at, map.len - at}, "telephone-event/", &rest);
}

void sip_text_codecs(radmfa_span sdp, struct sip_probe *probe) {
  radmfa_span line, value, profile;
  bool is_audio = false;
  while (take_line(&sdp, &line)) {
    if (begins(line, "m=", &value)) is_audio = begins(value, "audio ", &value);
    if (!is_audio) continue;
    probe->has_sdp = true;
    if (begins(line, "m=", &profile)) {
      const uint8_t *avp = memmem(value.ptr, value.len, "VP ", 3);
      if (!avp) continue;
      size_t at = (size_t)(avp - value.ptr) + 3;
      radmfa_span payloads = {value.ptr + at, value.len - at};
      probe->knows_pcmu |= has_payload(payloads, "0");
      probe->knows_pcma |= has_payload(payloads, "8");
    } else if (begins(line, "a=rtpmap:", &value) && names_events(value)) {
      probe->knows_events = true;
    }
  }
}
