/* logline.c: appending and escaping. A login's line is on the fast path: there is no printf. */
#include "logline.h"

#include <string.h>

static const char lower_hex[] = "0123456789abcdef";
static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* What doesn't fit is left out; LOGLINE_SIZE is such that everything fits. */
static void append(struct logline *line, const void *bytes, size_t len) {
  if (len > sizeof line->text - line->len) return;
  memcpy(line->text + line->len, bytes, len);
  line->len += len;
}

static void append_text(struct logline *line, const char *text) {
  append(line, text, strlen(text));
}

static void append_char(struct logline *line, char c) {
  append(line, &c, 1);
}

static void append_padded(struct logline *line, const char *text, size_t width) {
  static const char spaces[] = "            ";
  size_t len = strlen(text);
  append(line, text, len);
  append(line, spaces, len < width ? width - len : 0);
}

static void append_number(struct logline *line, uint64_t number) {
  char digits[20], *at = digits + sizeof digits;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  append(line, at, (size_t)(digits + sizeof digits - at));
}

static void append_hex(struct logline *line, uint64_t number, unsigned n_digits) {
  while (n_digits--) append_char(line, lower_hex[number >> (4 * n_digits) & 15]);
}

/* ---- what may stand in a line as it is ---- */

static bool continues(uint8_t c) {
  return (c & 0xc0) == 0x80;
}

/* How many octets a character has that begins with `c`; 0: none begins so. */
static size_t utf8_length(uint8_t c) {
  if (c < 0x80) return 1;
  if (c < 0xc0) return 0;
  return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
}

/* utf8_decode reads one code point (RFC 3629 4: shortest form, no surrogates, at most U+10FFFF).
 * Returns its octets, or 0. */
static size_t utf8_decode(radmfa_span in, uint32_t *out_code) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  uint8_t c = in.ptr[0];
  size_t len = utf8_length(c);
  if (len == 0 || len > in.len) return 0;
  uint32_t code = len == 1 ? c : c & (0x7fu >> len);
  for (size_t i = 1; i < len; i++) {
    if (!continues(in.ptr[i])) return 0;
    code = code << 6 | (in.ptr[i] & 0x3fu);
  }
  if (code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
  *out_code = code;
  return len;
}

/* Control characters move the cursor; bidi controls, line separators and characters of no width
 * make a name look like another. */
static bool is_deceptive(uint32_t code) {
  static const struct {
    uint32_t first, last;
  } ranges[] = {
      {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200b, 0x200f},
      {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (code >= ranges[i].first && code <= ranges[i].last) return true;
  return false;
}

static bool is_simple(uint8_t c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* ---- escaping ---- */

static void append_code_escaped(struct logline *line, uint32_t code) {
  append_text(line, "\\u");
  append_hex(line, code, 4);
}

static void append_octets_escaped(struct logline *line, radmfa_span octets) {
  for (size_t i = 0; i < octets.len; i++) {
    append_text(line, "\\x");
    append_hex(line, octets.ptr[i], 2);
  }
}

/* One character that is not simple; returns its octets. */
static size_t append_special(struct logline *line, radmfa_span in) {
  uint32_t code = in.ptr[0]; /* of an octet that is no UTF-8, JSON shows the number */
  size_t len = utf8_decode(in, &code);
  radmfa_span octets = {in.ptr, len ? len : 1};
  if (code == '"' || code == '\\') {
    append_char(line, '\\');
    append(line, in.ptr, 1);
  } else if (len && !is_deceptive(code)) {
    append(line, in.ptr, len);
  } else if (line->format == LOG_FORMAT_JSON) {
    append_code_escaped(line, code);
  } else {
    append_octets_escaped(line, octets);
  }
  return octets.len;
}

static void append_escaped(struct logline *line, radmfa_span in) {
  while (in.len) {
    size_t n = 0;
    while (n < in.len && is_simple(in.ptr[n])) n++;
    append(line, in.ptr, n);
    if (n < in.len) n += append_special(line, (radmfa_span){in.ptr + n, in.len - n});
    in.ptr += n;
    in.len -= n;
  }
}

/* In text, a value of plain characters goes without quotes. */
static bool wants_quotes(const struct logline *line, radmfa_span value) {
  if (line->format == LOG_FORMAT_JSON) return true;
  for (size_t i = 0; i < value.len; i++)
    if (!is_simple(value.ptr[i]) || value.ptr[i] == ' ' || value.ptr[i] == '=') return true;
  return value.len == 1 && value.ptr[0] == '-'; /* which stands for nothing */
}

static void append_value(struct logline *line, radmfa_span value) {
  bool quotes = wants_quotes(line, value);
  if (quotes) append_char(line, '"');
  append_escaped(line, value);
  if (quotes) append_char(line, '"');
}

/* ---- the line ---- */

static void two_digits(char *at, int number) {
  at[0] = (char)('0' + number / 10 % 10);
  at[1] = (char)('0' + number % 10);
}

#define SECOND_LEN 20u /* "2026-01-31T23:59:59." */

/* Date and time change once a second, lines come oftener: each thread keeps what it wrote last. */
static const char *second_text(time_t second) {
  static _Thread_local time_t kept_second;
  static _Thread_local char kept[SECOND_LEN];
  if (kept[0] && kept_second == second) return kept;
  struct tm tm;
  gmtime_r(&second, &tm);
  memcpy(kept, "0000-00-00T00:00:00.", SECOND_LEN);
  two_digits(kept, (tm.tm_year + 1900) / 100);
  two_digits(kept + 2, tm.tm_year % 100);
  two_digits(kept + 5, tm.tm_mon + 1);
  two_digits(kept + 8, tm.tm_mday);
  two_digits(kept + 11, tm.tm_hour);
  two_digits(kept + 14, tm.tm_min);
  two_digits(kept + 17, tm.tm_sec);
  kept_second = second;
  return kept;
}

static void append_timestamp(struct logline *line, struct timespec now) {
  unsigned ms = (unsigned)(now.tv_nsec / 1000000);
  append(line, second_text(now.tv_sec), SECOND_LEN);
  append_char(line, (char)('0' + ms / 100 % 10));
  append_char(line, (char)('0' + ms / 10 % 10));
  append_char(line, (char)('0' + ms % 10));
  append_char(line, 'Z');
}

void logline_begin(struct logline *line, enum log_format format, struct timespec now,
                   enum log_level level, const char *event) {
  line->format = format;
  line->len = 0;
  if (format == LOG_FORMAT_JSON) {
    append_text(line, "{\"ts\":\"");
    append_timestamp(line, now);
    append_text(line, "\",\"event\":\"");
    append_text(line, event);
    append_char(line, '"');
  } else {
    append_timestamp(line, now);
    append_char(line, ' ');
    append_padded(line, level_names[level], 8);
    append_padded(line, event, 12);
  }
}

void logline_end(struct logline *line) {
  if (line->format == LOG_FORMAT_JSON) append_char(line, '}');
  append_char(line, '\n');
}

static void append_key(struct logline *line, const char *key) {
  bool json = line->format == LOG_FORMAT_JSON;
  append_text(line, json ? ",\"" : " ");
  append_text(line, key);
  append_text(line, json ? "\":" : "=");
}

void logline_value(struct logline *line, const char *key, radmfa_span value) {
  append_key(line, key);
  if (value.len > LOGLINE_VALUE_MAX) value.len = LOGLINE_VALUE_MAX;
  if (value.len)
    append_value(line, value);
  else
    append_text(line, line->format == LOG_FORMAT_JSON ? "null" : "-");
}

void logline_name(struct logline *line, const char *key, const char *name) {
  logline_value(line, key, radmfa_text(name));
}

void logline_word(struct logline *line, const char *key, const char *word) {
  append_key(line, key);
  append_value(line, radmfa_text(word));
}

void logline_number(struct logline *line, const char *key, uint64_t number) {
  append_key(line, key);
  append_number(line, number);
}

void logline_id(struct logline *line, uint64_t login_id) {
  bool json = line->format == LOG_FORMAT_JSON;
  append_key(line, "id");
  if (json) append_char(line, '"');
  append_hex(line, login_id, 16);
  if (json) append_char(line, '"');
}

void logline_peer(struct logline *line, const radmfa_address *peer) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  logline_word(line, "peer", radmfa_address_format(peer, text));
}

void logline_stages(struct logline *line, uint32_t primary_ms, uint32_t factor_ms,
                    uint32_t total_ms) {
  bool json = line->format == LOG_FORMAT_JSON;
  append_key(line, "stages_ms");
  append_text(line, json ? "{\"primary\":" : "primary:");
  append_number(line, primary_ms);
  append_text(line, json ? ",\"factor\":" : ",factor:");
  append_number(line, factor_ms);
  append_text(line, json ? ",\"total\":" : ",total:");
  append_number(line, total_ms);
  if (json) append_char(line, '}');
}

void logline_message(struct logline *line, enum log_format format, struct timespec now,
                     enum log_level level, radmfa_span text) {
  if (text.len > LOGLINE_MESSAGE_MAX) text.len = LOGLINE_MESSAGE_MAX;
  logline_begin(line, format, now, level, "message");
  if (format == LOG_FORMAT_JSON) {
    logline_word(line, "level", level_names[level]);
    append_key(line, "text");
    append_value(line, text);
  } else { /* the rest of the line is the text, for people */
    append_char(line, ' ');
    append_escaped(line, text);
  }
  logline_end(line);
}
