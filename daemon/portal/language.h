/* language.h: which of our languages somebody reads. Pure. */
#ifndef PORTAL_LANGUAGE_H
#define PORTAL_LANGUAGE_H

enum language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGES, LANGUAGE_NONE = LANGUAGES };

extern const char *const language_codes[LANGUAGES]; /* "en", "de" */

/* "de" or "de-AT", in either case; LANGUAGE_NONE for what we do not speak, and NULL. */
enum language language_of(const char *code);

/* The best of an Accept-Language header (RFC 9110 12.5.4), the first of those wanted alike;
 * LANGUAGE_NONE: it is NULL or wants none of ours. */
enum language language_accepted(const char *header);

#endif
