/* logline.c: appending and escaping. Two lines are written for each login: there is no printf, and
 * what is short is copied in moves of a fixed size, behind which there is room (LOGLINE_SLACK). */
#include "logline.h"

#include "utf8.h"

#include <endian.h>
#include <string.h>

static const char lower_hex[] = "0123456789abcdef";
static const char *const level_names[] = {"error", "warning", "info", "debug"};

static const struct logline_key id_key = LOGLINE_KEY("id");
static const struct logline_key peer_key = LOGLINE_KEY("peer");
static const struct logline_key stages_key = LOGLINE_KEY("stages_ms");
static const struct logline_key level_key = LOGLINE_KEY("level");
static const struct logline_key text_key = LOGLINE_KEY("text");

/* What doesn't fit is left out; LOGLINE_SIZE is such that everything fits. */
static bool fits(const struct logline *line, size_t len) {
  return len <= LOGLINE_SIZE - line->len;
}

static void append(struct logline *line, const void *bytes, size_t len) {
  if (!fits(line, len)) return;
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
  if (number < 10) {
    append_char(line, (char)('0' + number));
    return;
  }
  char digits[20], *at = digits + sizeof digits;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  append(line, at, (size_t)(digits + sizeof digits - at));
}

static void append_hex(struct logline *line, uint32_t number, unsigned n_digits) {
  while (n_digits--) append_char(line, lower_hex[number >> (4 * n_digits) & 15]);
}

#define EACH_OCTET UINT64_C(0x0101010101010101)

/* All eight digits at once: each half byte to an octet of its own, then 0 to 9 and a to f. */
static void append_hex32(struct logline *line, uint32_t number) {
  uint64_t digits = number;
  digits = (digits << 16 | digits) & UINT64_C(0x0000ffff0000ffff);
  digits = (digits << 8 | digits) & UINT64_C(0x00ff00ff00ff00ff);
  digits = (digits << 4 | digits) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  uint64_t letters = (digits + 6 * EACH_OCTET) >> 4 & EACH_OCTET;
  uint64_t text = htobe64(digits + '0' * EACH_OCTET + ('a' - '0' - 10) * letters);
  append(line, &text, sizeof text);
}

/* ---- what may stand in a line as it is ---- */

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

/* Whether an octet of these eight is zero: then what is borrowed reaches its highest bit. It may
 * say so of an octet above a zero too. */
static bool has_zero(uint64_t octets) {
  return (octets - EACH_OCTET) & ~octets & 0x80 * EACH_OCTET;
}

/* Of eight octets at once. */
static bool are_simple(uint64_t octets) {
  bool above = octets & 0x80 * EACH_OCTET;
  bool below = (octets - 0x20 * EACH_OCTET) & 0x80 * EACH_OCTET;
  return !above && !below && !has_zero(octets ^ 0x7f * EACH_OCTET) &&
         !has_zero(octets ^ '"' * EACH_OCTET) && !has_zero(octets ^ '\\' * EACH_OCTET);
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

/* As much as goes as it is; returns its octets. */
static size_t append_simple(struct logline *line, radmfa_span in) {
  if (!fits(line, in.len)) return 0;
  char *out = line->text + line->len;
  size_t n = 0;
  for (uint64_t octets; in.len - n >= sizeof octets; n += sizeof octets) {
    memcpy(&octets, in.ptr + n, sizeof octets);
    if (!are_simple(octets)) break;
    memcpy(out + n, &octets, sizeof octets);
  }
  for (; n < in.len && is_simple(in.ptr[n]); n++) out[n] = (char)in.ptr[n];
  line->len += n;
  return n;
}

static void append_escaped(struct logline *line, radmfa_span in) {
  while (in.len) {
    size_t n = append_simple(line, in);
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

static void append_key(struct logline *line, const struct logline_key *key) {
  bool json = line->format == LOG_FORMAT_JSON;
  _Static_assert(sizeof key->json <= LOGLINE_SLACK && sizeof key->text <= LOGLINE_SLACK, "room");
  if (!fits(line, json ? key->json_len : key->text_len)) return;
  char *at = line->text + line->len;
  if (json)
    memcpy(at, key->json, sizeof key->json);
  else
    memcpy(at, key->text, sizeof key->text);
  line->len += json ? key->json_len : key->text_len;
}

void logline_value(struct logline *line, const struct logline_key *key, radmfa_span value) {
  append_key(line, key);
  if (value.len > LOGLINE_VALUE_MAX) value.len = LOGLINE_VALUE_MAX;
  if (value.len)
    append_value(line, value);
  else
    append_text(line, line->format == LOG_FORMAT_JSON ? "null" : "-");
}

void logline_name(struct logline *line, const struct logline_key *key, const char *name) {
  logline_value(line, key, radmfa_text(name));
}

void logline_word(struct logline *line, const struct logline_key *key, const char *word) {
  append_key(line, key);
  append_value(line, radmfa_text(word));
}

void logline_number(struct logline *line, const struct logline_key *key, uint64_t number) {
  append_key(line, key);
  append_number(line, number);
}

void logline_id(struct logline *line, uint64_t login_id) {
  bool json = line->format == LOG_FORMAT_JSON;
  append_key(line, &id_key);
  if (json) append_char(line, '"');
  append_hex32(line, (uint32_t)(login_id >> 32));
  append_hex32(line, (uint32_t)login_id);
  if (json) append_char(line, '"');
}

void logline_peer(struct logline *line, const radmfa_address *peer) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  logline_word(line, &peer_key, radmfa_address_format(peer, text));
}

void logline_stages(struct logline *line, uint32_t primary_ms, uint32_t factor_ms,
                    uint32_t total_ms) {
  bool json = line->format == LOG_FORMAT_JSON;
  append_key(line, &stages_key);
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
    logline_word(line, &level_key, level_names[level]);
    append_key(line, &text_key);
    append_value(line, text);
  } else { /* the rest of the line is the text, for people */
    append_char(line, ' ');
    append_escaped(line, text);
  }
  logline_end(line);
}
