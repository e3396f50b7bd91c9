/* form.h: what a browser sends as application/x-www-form-urlencoded, in a body or behind the "?" of
 * an address. Pure. */
#ifndef PORTAL_FORM_H
#define PORTAL_FORM_H

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 32u

struct form {
  struct {
    const char *name;
    const char *value;
  } fields[FORM_FIELDS_MAX];
  size_t count;
};

/* form_parse decodes `bytes` where they lie: there is room for a NUL behind the `len` octets, and
 * the fields borrow them. False, and no field: too many of them, a "%" without two hex digits, a
 * NUL, or no UTF-8. */
bool form_parse(struct form *form, char *bytes, size_t len);

/* The value of the field of this name, the first one where there are several; else NULL. */
const char *form_find(const struct form *form, const char *name);
/* The same; "" where there is none. */
const char *form_get(const struct form *form, const char *name);

/* UTF-8 in its shortest form, no surrogates, at most U+10FFFF (RFC 3629 4). */
bool form_is_utf8(const char *text);

#endif
