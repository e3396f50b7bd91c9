/* text.h: texts that grow, and how texts of strangers are shown. */
#ifndef RADMFACTL_TEXT_H
#define RADMFACTL_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begin with zeros. Where memory is short the program ends, and says so. */
struct text {
  char *ptr; /* ended by a NUL; NULL while nothing was ever added */
  size_t len, size;
};

void text_add(struct text *text, const char *octets, size_t len);
void text_add_char(struct text *text, char c);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_list(struct text *text, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));
void text_clear(struct text *text); /* keeps its memory */
void text_free(struct text *text);
const char *text_of(const struct text *text); /* never NULL */

/* text_add_shown adds what a terminal may be sent: names, remarks and all else that comes from
 * outside may hold escape sequences, or turn the direction of the line. Such characters become \xNN
 * below U+0100 (as octets that are no UTF-8 do) and \uNNNN above; a tab stays where `keep_tabs` is
 * said. */
void text_add_shown(struct text *text, const char *octets, size_t len, bool keep_tabs);

/* text_width is how many columns a terminal takes for what text_add_shown has made. */
size_t text_width(const char *octets, size_t len);

/* text_cut returns how many octets of such a text fit into so many columns, in whole characters. */
size_t text_cut(const char *octets, size_t len, size_t columns);

/* memory_or_exit returns what it is given, and ends the program where that is NULL. */
void *memory_or_exit(void *memory);

#endif
