/* text.h: a text that grows while it is written. A failure (no memory, or over the limit) sticks,
 * so that it is asked for once, at the end. What was written is wiped before its memory is freed,
 * since it may have been a password. */
#ifndef PORTAL_TEXT_H
#define PORTAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
  char *bytes; /* with a NUL behind them once something was put; NULL before */
  size_t len;
  size_t room;
  size_t max; /* 0: TEXT_LEN_MAX */
  bool failed;
};

#define TEXT_LEN_MAX ((size_t)8 << 20)

void text_put(struct text *text, const char *bytes, size_t len);
void text_puts(struct text *text, const char *string);
/* For HTML, in an element or a quoted attribute: & < > " ' become entities. */
void text_put_html(struct text *text, const char *string);
/* For a value in a query: everything but letters, digits and "-._~" is %XX. */
void text_put_url(struct text *text, const char *string);
void text_drop(struct text *text, size_t len); /* the first `len` octets go; wiped */
void text_free(struct text *text);             /* empty again, and usable */

#endif
