/* Any octets, first as a typed name, then as a value to escape, then as a filter: no name gets out
 * of its place in a DN, no value out of its place in a filter, and each value comes through as it
 * was. */
#include "primary/ldap_filter.h"
#include "primary/ldap_message.h"
#include "primary/ldap_name.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const domains[] = {"CORP", "corp.example"};

/* What `escaped` stands for (RFC 4514 3), as long as hexadecimal pairs are of NUL alone. */
static void check_dn_value(const char *escaped, size_t len, const char *expected) {
  for (size_t i = 0; i < len; i++) {
    CHECK(escaped[i] && !strchr("\"+,;<>=", escaped[i]));
    if (escaped[i] == '\\') i++;
    CHECK(i < len && escaped[i] == *expected++);
  }
  CHECK(!*expected);
}

static void check_name_in_dn(radmfa_span typed) {
  static const char before[] = "uid=", behind[] = ",dc=x";
  const struct ldap_names names = {domains, 2, "uid={user},dc=x"};
  struct ldap_name name;
  if (ldap_name_make(&names, typed, &name) != LDAP_NAME_OK) return;
  size_t len = strlen(name.bind), around = strlen(before) + strlen(behind);
  CHECK(len > around && strlen(name.user) > 0);
  CHECK(memcmp(name.bind, before, strlen(before)) == 0);
  CHECK(strcmp(name.bind + len - strlen(behind), behind) == 0);
  check_dn_value(name.bind + strlen(before), len - around, name.user);
}

static void check_name_as_typed(radmfa_span typed) {
  const struct ldap_names names = {domains, 2, NULL};
  struct ldap_name name;
  if (ldap_name_make(&names, typed, &name) != LDAP_NAME_OK) return;
  CHECK(strlen(name.bind) <= typed.len && strstr(name.bind, name.user));
  CHECK(!strchr(name.user, '\\') && !strchr(name.user, '@'));
}

/* Writes a search with that filter; false where it is none. */
static bool write_filter(radmfa_span filter, struct ldap_bytes *out) {
  const struct ldap_search search = {.filter = filter};
  size_t size = 0;
  int error = ldap_write_search(1, &search, out);
  CHECK(error == ldap_filter_check(filter));
  if (error) return false;
  CHECK(ldap_message_size((radmfa_span){out->ptr, out->len}, &size) == 1 && size == out->len);
  return true;
}

static void check_any_filter(radmfa_span text) {
  struct ldap_bytes bytes;
  if (write_filter(text, &bytes)) ldap_bytes_free(&bytes);
}

/* "(cn=VALUE)" says equality; the value stands at the end, before the empty list of attributes. */
static void check_value_in_filter(radmfa_span value) {
  const size_t size = 3 * value.len + 1;
  char *filter = malloc(size + 5);
  struct ldap_bytes bytes;
  CHECK(filter);
  memcpy(filter, "(cn=", 4);
  CHECK(ldap_escape_filter(value, filter + 4, size) == 0);
  memcpy(filter + strlen(filter), ")", 2);
  CHECK(write_filter(radmfa_text(filter), &bytes));
  CHECK(bytes.len > value.len + 2);
  CHECK(!value.len || memcmp(bytes.ptr + bytes.len - 2 - value.len, value.ptr, value.len) == 0);
  ldap_bytes_free(&bytes);
  free(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const radmfa_span text = {data, size};
  check_name_in_dn(text);
  check_name_as_typed(text);
  check_any_filter(text);
  check_value_in_filter(text);
  return 0;
}
