/* diag.c: one line for each message. */
#include "diag.h"

#include <stdarg.h>

#define MESSAGE_SIZE 1024 /* longer ones are cut */

/* A name out of the file may hold anything; on a terminal it shall do nothing. */
static void put_text(FILE *out, const char *text) {
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < 0x20 || c == 0x7f) {
      fprintf(out, "\\x%02x", c);
    } else {
      putc(c, out);
    }
  }
}

__attribute__((format(printf, 4, 0))) static void put_line(FILE *out, struct place at,
                                                           const char *prefix, const char *format,
                                                           va_list arguments) {
  char text[MESSAGE_SIZE];
  vsnprintf(text, sizeof text, format, arguments);
  put_text(out, at.file);
  if (at.line) fprintf(out, ":%u:%u", at.line, at.column);
  fprintf(out, ": %s", prefix);
  put_text(out, text);
  putc('\n', out);
}

void diag_error(struct diag *diag, struct place at, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  diag->errors++;
  put_line(diag->out, at, "", format, arguments);
  va_end(arguments);
}

void diag_warn(struct diag *diag, struct place at, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  diag->warnings++;
  put_line(diag->out, at, "warning: ", format, arguments);
  va_end(arguments);
}
