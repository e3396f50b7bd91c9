/* control_text.h: what control sockets say in JSON of octets and times. */
#ifndef RADMFAD_CONTROL_CONTROL_TEXT_H
#define RADMFAD_CONTROL_CONTROL_TEXT_H

#include <jansson.h>
#include <radmfa/base.h>

/* Any octets as a text: each that is no UTF-8 becomes the character of its number, as in the log; a
 * NUL becomes U+FFFD, since not every reader takes one. Lines have all but ASCII escaped, so that
 * control and bidi characters do nothing to who looks at one. NULL: no memory. */
json_t *control_text(radmfa_span octets);
/* Milliseconds since 1970, as "2026-12-01T09:00:00.000Z"; null for 0. */
json_t *control_time(uint64_t ms);
/* The other way round; the fraction may be left out. False: it is none. */
RADMFA_MUST_USE bool control_time_parse(const char *text, uint64_t *out_ms);
/* 16 hexadecimal digits. */
json_t *control_id(uint64_t login_id);
RADMFA_MUST_USE bool control_id_parse(const char *text, uint64_t *out_login_id);
/* null for NULL, and for an empty one. */
json_t *control_text_or_null(const char *text);

#endif
