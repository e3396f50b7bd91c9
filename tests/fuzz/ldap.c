/* LDAP messages of any octets, as a directory might send them: what is accepted is all there, lies
 * inside what was given, and liblber reads the same of it. */
#include "primary/ldap_message.h"

#include <lber.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The size is known from some prefix on, and the same from there on. */
static void check_size(radmfa_span bytes) {
  size_t whole = 0, part = 0;
  int known = ldap_message_size(bytes, &whole);
  CHECK(known <= 1 && (known < 1 || (whole >= 2 && whole <= LDAP_MESSAGE_SIZE_MAX)));
  for (size_t len = 0; len < bytes.len && len < 8; len++) {
    int before = ldap_message_size((radmfa_span){bytes.ptr, len}, &part);
    CHECK(before == 0 || before == known || (before < 0 && known < 0));
    CHECK(before < 1 || part == whole);
  }
}

static void check_inside(radmfa_span bytes, radmfa_span part) {
  if (part.ptr) CHECK(part.ptr >= bytes.ptr && part.ptr + part.len <= bytes.ptr + bytes.len);
}

static void check_values(const struct ldap_message *entry, const char *attribute) {
  size_t cursor = 0, before = 0;
  radmfa_span value;
  while (ldap_entry_next_value(entry, attribute, &cursor, &value)) {
    check_inside(entry->attributes, value);
    CHECK(cursor > before && cursor <= entry->attributes.len);
    before = cursor;
  }
  CHECK(!ldap_entry_next_value(entry, attribute, &cursor, &value));
}

static bool is_same(const struct berval *value, radmfa_span span) {
  return value->bv_len == span.len && memcmp(value->bv_val, span.ptr, span.len) == 0;
}

static void check_result(BerElement *ber, const struct ldap_message *message) {
  ber_int_t result;
  struct berval dn, diagnostic;
  CHECK(ber_get_enum(ber, &result) == LBER_ENUMERATED && result == message->result);
  CHECK(ber_skip_element(ber, &dn) == LBER_OCTETSTRING && is_same(&dn, message->matched_dn));
  CHECK(ber_skip_element(ber, &diagnostic) == LBER_OCTETSTRING);
  diagnostic.bv_len -= diagnostic.bv_len && !diagnostic.bv_val[diagnostic.bv_len - 1];
  CHECK(is_same(&diagnostic, message->diagnostic));
}

static void check_against_liblber(radmfa_span bytes, const struct ldap_message *message) {
  struct berval whole = {bytes.len, (char *)(uintptr_t)bytes.ptr};
  struct berval dn;
  BerElement *ber = ber_init(&whole);
  ber_len_t len;
  ber_int_t id;
  CHECK(ber);
  CHECK(ber_skip_tag(ber, &len) == LBER_SEQUENCE);
  CHECK(ber_get_int(ber, &id) == LBER_INTEGER && id == message->id);
  CHECK(ber_skip_tag(ber, &len) != LBER_DEFAULT);
  if (message->type == LDAP_SEARCH_ENTRY)
    CHECK(ber_skip_element(ber, &dn) == LBER_OCTETSTRING && is_same(&dn, message->dn));
  else if (message->type != LDAP_OTHER && message->type != LDAP_SEARCH_REFERENCE)
    check_result(ber, message);
  ber_free(ber, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const radmfa_span bytes = {data, size};
  struct ldap_message message;
  size_t known_size = 0;
  check_size(bytes);
  if (ldap_message_read(bytes, &message)) return 0;
  CHECK(ldap_message_size(bytes, &known_size) == 1 && known_size == size);
  CHECK(message.id >= 0 && message.result >= 0);
  check_inside(bytes, message.matched_dn);
  check_inside(bytes, message.diagnostic);
  check_inside(bytes, message.dn);
  check_inside(bytes, message.attributes);
  check_inside(bytes, message.response_name);
  check_inside(bytes, message.next_page);
  check_values(&message, "cn");
  check_values(&message, "memberOf");
  check_against_liblber(bytes, &message);
  return 0;
}
