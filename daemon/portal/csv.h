/* csv.h: lines of comma separated values (RFC 4180) that a spreadsheet can open without running
 * anything. Pure. */
#ifndef PORTAL_CSV_H
#define PORTAL_CSV_H

#include "text.h"

/* Each cell is quoted. One that begins with = + - @, a tab or a carriage return, which spreadsheets
 * take for a formula, gets a ' before it. */
void csv_put(struct text *out, const char *const *cells, size_t count);

#endif
