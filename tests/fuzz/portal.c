/* Any octets as what browsers send to the portal, a form, a cookie and languages; and as a
 * template. The first octet says which. */
#include "portal/form.h"
#include "portal/language.h"
#include "portal/session.h"
#include "portal/template.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_form(char *text, size_t len) {
  struct form form;
  if (!form_parse(&form, text, len)) CHECK(form.count == 0);
  CHECK(form.count <= FORM_FIELDS_MAX);
  for (size_t i = 0; i < form.count; i++) {
    CHECK(form_is_utf8(form.fields[i].name) && form_is_utf8(form.fields[i].value));
    CHECK(form_find(&form, form.fields[i].name) != NULL);
  }
}

static void try_cookie(const char *text) {
  char value[SESSION_TOKEN_SIZE], cookie[2 * SESSION_TOKEN_SIZE];
  bool found = session_find_cookie(text, SESSION_COOKIE, value);
  CHECK(strlen(value) < sizeof value && found == (*value != '\0'));
  CHECK(!strpbrk(value, "\r\n;, \"\\"));
  session_set_cookie(SESSION_COOKIE, value, 9, cookie, sizeof cookie);
}

static void try_languages(const char *text) {
  CHECK(language_accepted(text) <= LANGUAGE_NONE);
  CHECK(language_of(text) <= LANGUAGE_NONE);
}

/* Whatever the template, the value comes out escaped or not at all. */
static void try_template(const char *text, size_t len) {
  json_t *data = json_pack("{s:s, s:[{s:s}], s:b, s:n, s:i}", "x", "<EVIL>", "l", "x", "\"EVIL'",
                           "t", 1, "n", "i", 7);
  struct text out = {.max = 65536};
  if (template_put_source(&out, text, len, data, LANGUAGE_EN) && out.len &&
      !memmem(text, len, "<EVIL>", 6))
    CHECK(!memmem(out.bytes, out.len, "<EVIL>", 6));
  text_free(&out);
  json_decref(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  char *text = malloc(size);
  CHECK(text);
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  switch (data[0]) {
    case 'f': try_form(text, size - 1); break;
    case 'c': try_cookie(text); break;
    case 'l': try_languages(text); break;
    case 't': try_template(text, size - 1); break;
    default: break;
  }
  free(text);
  return 0;
}
