/* number.h: telephone numbers as people write them, to E.164. Pure. */
#ifndef RADMFAD_NUMBER_H
#define RADMFAD_NUMBER_H

#include <radmfa/base.h>

#define NUMBER_DIGITS_MIN 8u
#define NUMBER_DIGITS_MAX 15u /* E.164 6.1 */
#define NUMBER_EXTENSION_MAX 10u
#define COUNTRY_CODE_MAX 3u /* E.164 6.2.1 */

struct number {
  char e164[1 + NUMBER_DIGITS_MAX + 1];     /* "+15551230001" */
  char extension[NUMBER_EXTENSION_MAX + 1]; /* "890"; empty: none */
};

/* number_parse reads "+1 (555) 123-0001 x890", "tel:+15551230001;ext=890" (RFC 3966), "0044 20 7946
 * 0018" or "+44 (0)20 7946 0018": spaces, hyphens, dots, slashes and parentheses do not count; an
 * extension stands behind "x", "ext", "ext.", ";ext=" or a comma. `country_code` ("1", "44") stands
 * before numbers without one, in the place of what one dials before them at home; NULL: they are
 * none. False: it is no number, and `*out_number` is untouched. */
RADMFA_MUST_USE bool number_parse(radmfa_span text, const char *country_code,
                                  struct number *out_number);

bool country_code_is_valid(const char *text); /* 1 to COUNTRY_CODE_MAX digits, no 0 before them */

#endif
