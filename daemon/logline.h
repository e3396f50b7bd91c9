/* logline.h: one line of the log, as JSON or as text, in the caller's memory. Whatever comes from
 * outside is escaped, so that a line stays one line and shows what it holds. Any thread. */
#ifndef RADMFAD_LOGLINE_H
#define RADMFAD_LOGLINE_H

#include "log.h"

#include <time.h>

/* Longest line: a login with five values of LOGLINE_VALUE_MAX octets, each octet six as \u00XX, or
 * a message of LOGLINE_MESSAGE_MAX. */
#define LOGLINE_SIZE 8192u
#define LOGLINE_VALUE_MAX 255u /* octets of a value that are shown; RADIUS has no longer ones */
#define LOGLINE_MESSAGE_MAX 500u

#define LOGLINE_SLACK 24u /* octets behind a line that anything may be written to */

struct logline {
  enum log_format format;
  size_t len;
  char text[LOGLINE_SIZE + LOGLINE_SLACK]; /* not ended by a NUL */
};

/* The key of a field, as each format writes it. */
struct logline_key {
  uint8_t json_len, text_len;
  char json[23], text[23];
};

/* The initializer of a key; `name` is a literal of at most 18 characters. */
#define LOGLINE_KEY(name) \
  { sizeof name + 3, sizeof name + 1, ",\"" name "\":", " " name "=" }

/* A line is begun, gets its fields in the order of the calls, and is ended. Text lines show the
 * level, JSON lines don't (a message has it as a field). `event` and every key and `word` are
 * ours: not escaped. */
void logline_begin(struct logline *line, enum log_format format, struct timespec now,
                   enum log_level level, const char *event);
void logline_end(struct logline *line);

void logline_value(struct logline *line, const struct logline_key *key,
                   radmfa_span value); /* empty: null */
void logline_name(struct logline *line, const struct logline_key *key,
                  const char *name); /* NULL: null */
void logline_word(struct logline *line, const struct logline_key *key, const char *word);
void logline_number(struct logline *line, const struct logline_key *key, uint64_t number);
void logline_id(struct logline *line, uint64_t login_id); /* 16 hexadecimal digits */
void logline_peer(struct logline *line, const radmfa_address *peer);
void logline_stages(struct logline *line, uint32_t primary_ms, uint32_t factor_ms,
                    uint32_t total_ms);

/* logline_message writes a whole line of event "message". */
void logline_message(struct logline *line, enum log_format format, struct timespec now,
                     enum log_level level, radmfa_span text);

#endif
