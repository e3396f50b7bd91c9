/* sip_frame.c: only as much of SIP as our own stack writes. */
#include "sip_frame.h"

#include <radmfa/error.h>
#include <string.h>
#include <strings.h>

/* The value of a line that begins with `name` and a colon, or NULL. */
static const uint8_t *value_of(radmfa_span line, const char *name) {
  size_t len = strlen(name);
  if (line.len <= len || strncasecmp((const char *)line.ptr, name, len) != 0) return NULL;
  const uint8_t *at = line.ptr + len, *end = line.ptr + line.len;
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  if (at == end || *at++ != ':') return NULL;
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

static bool take_line(radmfa_span *rest, radmfa_span *out_line) {
  const uint8_t *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
  if (!end) return false;
  size_t len = (size_t)(end - rest->ptr) + 1;
  *out_line = (radmfa_span){rest->ptr, len};
  *rest = (radmfa_span){rest->ptr + len, rest->len - len};
  return true;
}

static bool read_length(const uint8_t *at, const uint8_t *end, size_t *out_len) {
  size_t len = 0;
  if (at == end || *at < '0' || *at > '9') return false;
  for (; at < end && *at >= '0' && *at <= '9'; at++) {
    len = len * 10 + (size_t)(*at - '0');
    if (len > SIP_FRAME_MAX) return false;
  }
  *out_len = len;
  return true;
}

static int take_headers(radmfa_span headers, size_t *out_body_len) {
  radmfa_span line;
  while (take_line(&headers, &line)) {
    const uint8_t *value = value_of(line, "Content-Length");
    if (!value) value = value_of(line, "l");
    if (value)
      return read_length(value, line.ptr + line.len, out_body_len) ? 0 : RADMFA_E_MALFORMED;
  }
  return RADMFA_E_MALFORMED; /* 18.3: it must be there on a stream */
}

int sip_frame_take(radmfa_span bytes, size_t *out_len) {
  size_t blank = 0, body_len = 0;
  while (blank < bytes.len && (bytes.ptr[blank] == '\r' || bytes.ptr[blank] == '\n')) blank++;
  if (blank) {
    *out_len = blank;
    return 0;
  }
  const uint8_t *end = bytes.len ? memmem(bytes.ptr, bytes.len, "\r\n\r\n", 4) : NULL;
  if (!end) return bytes.len > SIP_FRAME_MAX ? RADMFA_E_MALFORMED : RADMFA_E_TRUNCATED;
  size_t headers_len = (size_t)(end - bytes.ptr) + 4;
  int error = take_headers((radmfa_span){bytes.ptr, headers_len}, &body_len);
  if (error) return error;
  if (headers_len + body_len > SIP_FRAME_MAX) return RADMFA_E_MALFORMED;
  if (headers_len + body_len > bytes.len) return RADMFA_E_TRUNCATED;
  *out_len = headers_len + body_len;
  return 0;
}

void sip_frame_say_tls(uint8_t *message, size_t len) {
  static const char tcp[] = "SIP/2.0/TCP";
  radmfa_span rest = {message, len}, line;
  if (len < 8 || memcmp(message, "SIP/2.0 ", 8) == 0) return; /* a response has no Via of ours */
  while (take_line(&rest, &line) && line.len > 2) {
    const uint8_t *value = value_of(line, "Via");
    if (!value) value = value_of(line, "v");
    if (!value) continue;
    size_t left = (size_t)(line.ptr + line.len - value), at = (size_t)(value - message);
    if (left >= sizeof tcp && memcmp(value, tcp, sizeof tcp - 1) == 0)
      memcpy(message + at + sizeof tcp - 4, "TLS", 3);
    return;
  }
}
