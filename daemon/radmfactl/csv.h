/* csv.h: CSV (RFC 4180), written and read. */
#ifndef RADMFACTL_CSV_H
#define RADMFACTL_CSV_H

#include "text.h"

#include <stdio.h>
#include <sys/types.h>

/* ---- writing ---- */

/* csv_cell writes a cell, with a comma before it unless it is the first of its line. A spreadsheet
 * takes what begins with = + - @, a tab or a CR for a formula: such a cell gets a ' before it.
 * Characters that could deceive are written as text_add_shown shows them; tabs stay. */
void csv_cell(FILE *out, bool is_first, const char *text, size_t len);
void csv_line_end(FILE *out); /* CRLF, as the RFC has it */

/* csv_without_guard: the text without the ' that csv_cell put before it. */
const char *csv_without_guard(const char *text);

/* ---- reading ---- */

#define CSV_RECORD_MAX 65536u /* octets of one record, its line ends included */
#define CSV_FIELDS_MAX 256u

enum csv_result {
  CSV_RECORD,
  CSV_END,
  CSV_BAD,    /* this record is wrong; the next call goes on behind it */
  CSV_BROKEN, /* nothing behind this place can be understood, or read */
};

struct csv_reader;

/* As read(2): how many octets, 0 at the end, or -1 with errno. */
typedef ssize_t (*csv_read_cb)(void *octets, size_t size, void *user);

/* csv_reader_new reads on until the first line is there, and takes for the separator what stands
 * there most often: a comma, a semicolon or a tab. A BOM of UTF-8 is skipped. */
struct csv_reader *csv_reader_new(csv_read_cb read, void *user);
void csv_reader_free(struct csv_reader *reader);

/* csv_next reads a record; empty lines are passed over. Lines end with LF, CRLF or CR. */
enum csv_result csv_next(struct csv_reader *reader);

/* Of the last record, until the next call. Fields are valid UTF-8 without a NUL. */
size_t csv_count(const struct csv_reader *reader);
const char *csv_field(const struct csv_reader *reader, size_t i); /* "" beyond the last one */
unsigned long csv_line(const struct csv_reader *reader);          /* where it begins; from 1 on */
const char *csv_problem(const struct csv_reader *reader);         /* after CSV_BAD and CSV_BROKEN */

#endif
