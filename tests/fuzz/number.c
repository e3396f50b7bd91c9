/* Any octets as a telephone number: what is taken for one is E.164, and is the same when it is read
 * again as it was written. */
#include "number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_number(const struct number *number) {
  char text[sizeof number->e164 + sizeof number->extension];
  struct number again;
  size_t n = strlen(number->e164) - 1;
  CHECK(number->e164[0] == '+' && number->e164[1] != '0');
  CHECK(n >= NUMBER_DIGITS_MIN && n <= NUMBER_DIGITS_MAX);
  CHECK(strspn(number->e164 + 1, "0123456789") == n);
  CHECK(strspn(number->extension, "0123456789") == strlen(number->extension));
  (void)snprintf(text, sizeof text, "%s%s%s", number->e164, number->extension[0] ? "x" : "",
                 number->extension);
  CHECK(number_parse(radmfa_text(text), NULL, &again));
  CHECK(strcmp(again.e164, number->e164) == 0);
  CHECK(strcmp(again.extension, number->extension) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const countries[] = {NULL, "1", "7", "39", "44", "225"};
  struct number number;
  for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
    if (number_parse((radmfa_span){data, size}, countries[i], &number)) check_number(&number);
  return 0;
}
