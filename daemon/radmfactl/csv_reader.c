/* csv_reader.c: CSV as people's programs write it, in bounded memory. */
#include "csv.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define END (-1)

struct csv_reader {
  csv_read_cb read;
  void *user;
  int read_error; /* errno's; 0: none */
  bool is_at_end, is_broken;
  char separator;
  unsigned long line_now, line; /* where it reads, where the record begins */
  const char *problem;

  size_t in_len, in_at;
  size_t len, n_fields;
  size_t fields[CSV_FIELDS_MAX]; /* where they begin in `record` */
  unsigned char in[CSV_RECORD_MAX];
  char record[CSV_RECORD_MAX + 1]; /* fields, each ended by a NUL */
};

/* ---- octets ---- */

static void fill(struct csv_reader *reader) {
  ssize_t n;
  do
    n = reader->read(reader->in + reader->in_len, sizeof reader->in - reader->in_len, reader->user);
  while (n < 0 && errno == EINTR);
  if (n < 0) reader->read_error = errno;
  if (n <= 0)
    reader->is_at_end = true;
  else
    reader->in_len += (size_t)n;
}

static int peek(struct csv_reader *reader) {
  if (reader->in_at == reader->in_len && !reader->is_at_end) {
    reader->in_at = reader->in_len = 0;
    fill(reader);
  }
  return reader->in_at < reader->in_len ? reader->in[reader->in_at] : END;
}

static void drop(struct csv_reader *reader) {
  reader->in_at++;
}

/* A CR and the LF behind it are one line end. */
static void drop_line_end(struct csv_reader *reader) {
  bool is_cr = peek(reader) == '\r';
  drop(reader);
  if (is_cr && peek(reader) == '\n') drop(reader);
  reader->line_now++;
}

static bool is_line_end(int c) {
  return c == '\n' || c == '\r';
}

/* ---- the first line ---- */

struct tally {
  size_t commas, semicolons, tabs;
  bool has_line; /* all of the first line has been seen */
};

static struct tally count_separators(const struct csv_reader *reader) {
  struct tally tally = {0, 0, 0, false};
  size_t i = reader->in_at;
  while (i < reader->in_len && is_line_end(reader->in[i])) i++;
  for (bool is_quoted = false; i < reader->in_len && !tally.has_line; i++) {
    unsigned char c = reader->in[i];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    tally.commas += c == ',';
    tally.semicolons += c == ';';
    tally.tabs += c == '\t';
    tally.has_line = is_line_end(c);
  }
  return tally;
}

static char most_frequent(const struct tally *tally) {
  if (tally->tabs > tally->commas && tally->tabs > tally->semicolons) return '\t';
  return tally->semicolons > tally->commas ? ';' : ',';
}

static bool begins_with(const struct csv_reader *reader, const char *octets, size_t len) {
  return reader->in_len >= len && memcmp(reader->in, octets, len) == 0;
}

static void look_at_first_line(struct csv_reader *reader) {
  struct tally tally;
  do fill(reader);
  while (reader->in_len < 3 && !reader->is_at_end);
  if (begins_with(reader, "\xef\xbb\xbf", 3)) reader->in_at = 3;
  if (begins_with(reader, "\xff\xfe", 2) || begins_with(reader, "\xfe\xff", 2)) {
    reader->is_broken = true;
    reader->problem = "the file is in UTF-16: save it as CSV in UTF-8";
  }
  for (;;) {
    tally = count_separators(reader);
    if (tally.has_line || reader->is_at_end || reader->in_len == sizeof reader->in) break;
    fill(reader);
  }
  reader->separator = most_frequent(&tally);
}

struct csv_reader *csv_reader_new(csv_read_cb read, void *user) {
  struct csv_reader *reader = memory_or_exit(calloc(1, sizeof *reader));
  reader->read = read;
  reader->user = user;
  reader->line_now = reader->line = 1;
  look_at_first_line(reader);
  return reader;
}

void csv_reader_free(struct csv_reader *reader) {
  free(reader);
}

/* ---- a record ---- */

static bool put(struct csv_reader *reader, char c) {
  if (reader->len == CSV_RECORD_MAX) return false;
  reader->record[reader->len++] = c;
  return true;
}

static enum csv_result broken(struct csv_reader *reader, const char *problem) {
  reader->is_broken = true;
  reader->problem = problem;
  return CSV_BROKEN;
}

/* The rest of the line is passed over. */
static enum csv_result bad(struct csv_reader *reader, const char *problem) {
  int c;
  while ((c = peek(reader)) != END && !is_line_end(c)) drop(reader);
  if (c != END) drop_line_end(reader);
  reader->problem = problem;
  return CSV_BAD;
}

static bool put_line_end(struct csv_reader *reader) {
  drop_line_end(reader);
  return put(reader, '\n');
}

/* Behind its first quote, up to behind its last one. */
static enum csv_result read_quoted(struct csv_reader *reader) {
  for (;;) {
    int c = peek(reader);
    bool fits = true;
    if (c == END) return broken(reader, "a quote is opened in this record and never closed");
    if (is_line_end(c)) {
      fits = put_line_end(reader);
    } else {
      drop(reader);
      if (c == '"') {
        if (peek(reader) != '"') return CSV_RECORD;
        drop(reader);
      }
      fits = put(reader, (char)c);
    }
    if (!fits) return broken(reader, "the record has no end within 64 KiB: is a quote not closed?");
  }
}

static enum csv_result read_bare(struct csv_reader *reader) {
  for (int c; (c = peek(reader)) != END && c != reader->separator && !is_line_end(c);) {
    if (c == '"') return bad(reader, "a quote inside of a field that does not begin with one");
    if (!put(reader, (char)c)) return bad(reader, "the record is longer than 64 KiB");
    drop(reader);
  }
  return CSV_RECORD;
}

static enum csv_result read_field(struct csv_reader *reader) {
  if (reader->n_fields == CSV_FIELDS_MAX) return bad(reader, "the record has more than 256 fields");
  reader->fields[reader->n_fields++] = reader->len;
  if (peek(reader) != '"') return read_bare(reader);
  drop(reader);
  enum csv_result result = read_quoted(reader);
  int next = peek(reader);
  if (result != CSV_RECORD || next == END || next == reader->separator || is_line_end(next))
    return result;
  return bad(reader, "something stands behind the closing quote of a field");
}

static enum csv_result read_record(struct csv_reader *reader) {
  for (;;) {
    enum csv_result result = read_field(reader);
    if (result != CSV_RECORD) return result;
    if (!put(reader, '\0')) return bad(reader, "the record is longer than 64 KiB");
    if (peek(reader) != reader->separator) break;
    drop(reader);
  }
  if (peek(reader) != END) drop_line_end(reader);
  return CSV_RECORD;
}

/* Each field must be a text: UTF-8, and its NUL the one that we put behind it. */
static bool has_texts(const struct csv_reader *reader) {
  size_t n_ends = 0;
  radmfa_span rest = {(const uint8_t *)reader->record, reader->len};
  while (rest.len) {
    uint32_t code;
    size_t n = utf8_decode(rest, &code);
    if (n == 0) return false;
    n_ends += code == 0;
    rest = (radmfa_span){rest.ptr + n, rest.len - n};
  }
  return n_ends == reader->n_fields;
}

enum csv_result csv_next(struct csv_reader *reader) {
  if (reader->is_broken) return CSV_BROKEN;
  while (is_line_end(peek(reader))) drop_line_end(reader);
  reader->len = reader->n_fields = 0;
  reader->line = reader->line_now;
  enum csv_result result = peek(reader) == END ? CSV_END : read_record(reader);
  if (reader->read_error) return broken(reader, strerror(reader->read_error));
  if (result != CSV_RECORD || has_texts(reader)) return result;
  reader->problem = "the record is no UTF-8 text: save the file as CSV in UTF-8";
  return CSV_BAD;
}

size_t csv_count(const struct csv_reader *reader) {
  return reader->n_fields;
}

const char *csv_field(const struct csv_reader *reader, size_t i) {
  return i < reader->n_fields ? reader->record + reader->fields[i] : "";
}

unsigned long csv_line(const struct csv_reader *reader) {
  return reader->line;
}

const char *csv_problem(const struct csv_reader *reader) {
  return reader->problem;
}
