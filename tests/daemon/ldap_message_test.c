/* LDAP messages against octets that were put together by hand from RFC 4511 and X.690. */
#include "primary/ldap_message.h"

#include "hex.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>

static void check_written(int error, struct ldap_bytes *written, const char *expected) {
  struct bytes bytes = hex(expected);
  cr_assert_eq(error, 0);
  cr_assert(radmfa_span_equal((radmfa_span){written->ptr, written->len}, span(&bytes)));
  ldap_bytes_free(written);
}

static struct ldap_message read_hex(struct bytes *bytes, const char *text) {
  struct ldap_message message;
  *bytes = hex(text);
  cr_assert_eq(ldap_message_read(span(bytes), &message), 0);
  return message;
}

static int read_error(const char *text) {
  struct bytes bytes = hex(text);
  struct ldap_message message;
  return ldap_message_read(span(&bytes), &message);
}

static void check_text(radmfa_span text, const char *expected) {
  cr_assert(radmfa_span_equal(text, radmfa_text(expected)), "not %s", expected);
}

static void *copy_exactly(const void *from, size_t len) {
  void *copy = malloc(len);
  cr_assert(copy);
  return memcpy(copy, from, len);
}

/* ---- requests ---- */

Test(ldap_message, a_bind_is_simple_and_of_version_3) {
  struct ldap_bytes out;
  int error = ldap_write_bind(1, radmfa_text("cn=a"), radmfa_text("secret"), &out);
  check_written(error, &out, "30 16 020101 60 11 020103 0404 636e3d61 8006 736563726574");
}

Test(ldap_message, the_anonymous_bind_has_neither_name_nor_password) {
  struct ldap_bytes out;
  int error = ldap_write_bind(1, radmfa_text(""), radmfa_text(""), &out);
  check_written(error, &out, "30 0c 020101 60 07 020103 0400 8000");
}

/* Active Directory says yes to each of these without looking at any password. */
Test(ldap_message, a_bind_that_a_directory_may_take_for_anonymous_is_not_written) {
  struct ldap_bytes out;
  const radmfa_span nul = {(const uint8_t *)"\0", 1}, nul_first = {(const uint8_t *)"\0abc", 4};
  cr_assert_eq(ldap_write_bind(1, radmfa_text("cn=a"), radmfa_text(""), &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_bind(1, radmfa_text(""), radmfa_text("secret"), &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_bind(1, radmfa_text("cn=a"), nul, &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_bind(1, radmfa_text("cn=a"), nul_first, &out), RADMFA_E_INVALID);
}

Test(ldap_message, ids_are_1_to_maxint) {
  struct ldap_bytes out;
  cr_assert_eq(ldap_write_unbind(0, &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_unbind(-1, &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_start_tls(0, &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_abandon(1, 0, &out), RADMFA_E_INVALID);
  cr_assert_eq(ldap_write_bind(0, radmfa_text("a"), radmfa_text("b"), &out), RADMFA_E_INVALID);
  check_written(ldap_write_unbind(INT32_MAX, &out), &out, "30 08 0204 7fffffff 4200");
}

Test(ldap_message, a_long_password_gets_a_long_length) {
  struct ldap_bytes out;
  struct bytes password = filled('x', 5000);
  struct ldap_message message;
  cr_assert_eq(ldap_write_bind(1, radmfa_text("cn=a"), span(&password), &out), 0);
  cr_assert_eq(ldap_message_read((radmfa_span){out.ptr, out.len}, &message), 0);
  cr_assert_eq(memcmp(out.ptr + out.len - 5000, password.data, 5000), 0);
  ldap_bytes_free(&out);
  cr_assert_null(out.ptr);
}

Test(ldap_message, start_tls_abandon_and_unbind) {
  struct ldap_bytes out;
  check_written(
      ldap_write_start_tls(1, &out), &out,
      "30 1d 020101 77 18 8016 312e332e362e312e342e312e313436362e3230303337"); /* its OID */
  check_written(ldap_write_abandon(3, 2, &out), &out, "30 06 020103 500102");
  check_written(ldap_write_unbind(3, &out), &out, "30 05 020103 4200");
}

Test(ldap_message, a_search_for_the_root_dse) {
  struct ldap_bytes out;
  const struct ldap_search search = {.scope = LDAP_SCOPE_ENTRY,
                                     .filter = radmfa_text("(objectclass=*)")};
  check_written(ldap_write_search(2, &search, &out), &out,
                "30 25 020102 63 20 0400 0a0100 0a0100 020100 020100 010100"
                "87 0b 6f626a656374636c617373 3000");
}

Test(ldap_message, a_search_with_limits_and_attributes) {
  static const char *const attributes[] = {"cn", "mail"};
  struct ldap_bytes out;
  const struct ldap_search search = {.base = radmfa_text("dc=x"),
                                     .scope = LDAP_SCOPE_SUBTREE,
                                     .filter = radmfa_text("(uid=a)"),
                                     .attributes = attributes,
                                     .n_attributes = 2,
                                     .size_limit = 2,
                                     .time_limit_s = 300};
  check_written(ldap_write_search(2, &search, &out), &out,
                "30 31 020102 63 2c 0404 64633d78 0a0102 0a0100 020102 0202012c 010100"
                "a3 08 0403 756964 0401 61 30 0a 0402 636e 0404 6d61696c");
}

/* RFC 2696 2: SEQUENCE { 500, "ab" }, as the value of a critical control */
Test(ldap_message, a_search_in_pages_has_a_critical_control) {
  struct ldap_bytes out;
  const struct ldap_search search = {.scope = LDAP_SCOPE_CHILDREN,
                                     .filter = radmfa_text("(a=*)"),
                                     .page_size = 500,
                                     .page = radmfa_text("ab")};
  check_written(ldap_write_search(2, &search, &out), &out,
                "30 46 020102 63 16 0400 0a0101 0a0100 020100 020100 010100 87 01 61 3000"
                "a0 29 30 27 0416 312e322e3834302e3131333535362e312e342e333139 0101ff"
                "040a 3008 020201f4 0402 6162");
}

Test(ldap_message, a_search_that_cannot_be_asked_is_invalid) {
  struct ldap_bytes out;
  struct ldap_search search = {.filter = radmfa_text("uid=a")};
  cr_assert_eq(ldap_write_search(2, &search, &out), RADMFA_E_INVALID);
  search.filter = radmfa_text("(uid=a)");
  search.size_limit = 0x80000000;
  cr_assert_eq(ldap_write_search(2, &search, &out), RADMFA_E_INVALID);
}

/* ---- how long a message is ---- */

static int size_of(const char *text, size_t *out_size) {
  struct bytes bytes = hex(text);
  return ldap_message_size(span(&bytes), out_size);
}

Test(ldap_message, its_size_is_known_as_soon_as_its_header_is_there) {
  size_t size = 0;
  cr_assert_eq(size_of("", &size), 0);
  cr_assert_eq(size_of("30", &size), 0);
  cr_assert_eq(size_of("30 82 01", &size), 0);
  cr_assert_eq(size, 0);
  cr_assert_eq(size_of("30 0c", &size), 1);
  cr_assert_eq(size, 14);
  cr_assert_eq(size_of("30 82 0100", &size), 1);
  cr_assert_eq(size, 260);
  cr_assert_eq(size_of("30 84 0000000c 02", &size), 1, "as Active Directory writes it");
  cr_assert_eq(size, 18);
}

Test(ldap_message, what_begins_no_message_or_too_long_a_one_has_no_size) {
  size_t size = 0;
  cr_assert_eq(size_of("16", &size), RADMFA_E_MALFORMED, "a TLS record");
  cr_assert_eq(size_of("30 80", &size), RADMFA_E_MALFORMED, "indefinite");
  cr_assert_eq(size_of("30 85 0000000001", &size), RADMFA_E_MALFORMED);
  cr_assert_eq(size_of("30 84 7fffffff", &size), RADMFA_E_MALFORMED);
  cr_assert_eq(size_of("30 83 0ffffb", &size), 1);
  cr_assert_eq(size, LDAP_MESSAGE_SIZE_MAX);
  cr_assert_eq(size_of("30 83 0ffffc", &size), RADMFA_E_MALFORMED);
}

/* ---- answers ---- */

Test(ldap_message, a_bind_that_succeeds) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, "30 0c 020101 61 07 0a0100 0400 0400");
  cr_assert_eq(message.id, 1);
  cr_assert_eq(message.type, LDAP_BIND_RESPONSE);
  cr_assert_eq(message.result, 0);
  cr_assert_eq(message.diagnostic.len, 0);
}

Test(ldap_message, a_bind_that_fails_on_active_directory) {
  struct bytes bytes;
  struct ldap_message message =
      read_hex(&bytes, "30 84 00000018 020102 61 84 0000000f 0a0131 0400"
                       "04 08 64617461203532 00"); /* long lengths, and the NUL of a C string */
  cr_assert_eq(message.id, 2);
  cr_assert_eq(message.result, 49);
  check_text(message.diagnostic, "data 52");
}

Test(ldap_message, what_is_read_points_into_the_octets) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, "30 10 020101 65 0b 0a0120 0403 783d79 0401 61");
  cr_assert_eq(message.type, LDAP_SEARCH_DONE);
  cr_assert_eq(message.result, 32);
  check_text(message.matched_dn, "x=y");
  cr_assert_eq(message.diagnostic.ptr, bytes.data + bytes.len - 1);
}

Test(ldap_message, a_referral_and_credentials_behind_a_result_are_passed_over) {
  struct bytes bytes;
  struct ldap_message message =
      read_hex(&bytes, "30 14 020101 61 0f 0a010a 0400 0400 a303 040178 8701 79");
  cr_assert_eq(message.result, 10);
}

Test(ldap_message, a_notice_of_disconnection_has_id_0_and_a_name) {
  struct bytes bytes;
  struct ldap_message message =
      read_hex(&bytes, "30 24 020100 78 1f 0a0134 0400 0400"
                       "8a16 312e332e362e312e342e312e313436362e3230303336");
  cr_assert_eq(message.id, 0);
  cr_assert_eq(message.type, LDAP_EXTENDED_RESPONSE);
  cr_assert_eq(message.result, 52);
  check_text(message.response_name, "1.3.6.1.4.1.1466.20036");
}

#define PAGED "0416 312e322e3834302e3131333535362e312e342e333139"

Test(ldap_message, the_end_of_a_page_says_where_the_next_one_begins) {
  struct bytes bytes;
  struct ldap_message message = read_hex(
      &bytes, "30 33 020101 65 07 0a0100 0400 0400 a0 25 30 23" PAGED "0409 3007 020100 0402 6162");
  check_text(message.next_page, "ab");
  message = read_hex(&bytes, "30 34 020101 65 07 0a0100 0400 0400 a0 26 30 24" PAGED
                             "010100 0407 3005 020100 0400");
  cr_assert_eq(message.next_page.len, 0);
}

Test(ldap_message, a_page_that_is_none_is_malformed) {
  cr_assert_eq(read_error("30 2a 020101 65 07 0a0100 0400 0400 a0 1c 30 1a" PAGED "0400"),
               RADMFA_E_MALFORMED);
  cr_assert_eq(read_error("30 28 020101 65 07 0a0100 0400 0400 a0 1a 30 18" PAGED),
               RADMFA_E_MALFORMED);
  cr_assert_eq(
      read_error("30 30 020101 65 07 0a0100 0400 0400 a0 22 30 20" PAGED "0406 3004 020100 8700"),
      RADMFA_E_MALFORMED);
}

Test(ldap_message, controls_and_unknown_components_are_passed_over) {
  struct bytes bytes;
  struct ldap_message message =
      read_hex(&bytes, "30 15 020101 61 07 0a0100 0400 0400 a005 3003 040131 8b00");
  cr_assert_eq(message.type, LDAP_BIND_RESPONSE);
}

Test(ldap_message, a_reference_and_an_intermediate_response) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, "30 0f 020101 73 0a 0408 6c6461703a2f2f78");
  cr_assert_eq(message.type, LDAP_SEARCH_REFERENCE);
  message = read_hex(&bytes, "30 05 020101 79 00");
  cr_assert_eq(message.type, LDAP_OTHER);
}

Test(ldap_message, what_is_no_message_is_malformed) {
  static const char *const cases[] = {
      "",
      "30 00",
      "31 0c 020101 61 07 0a0100 0400 0400",      /* a set */
      "30 80 020101 61 07 0a0100 0400 0400 0000", /* indefinite */
      "30 0c 020101 61 80 0a0100 0400 0000",      /* indefinite inside */
      "30 0c 020101 61 07 0a0100 0400 0400 00",   /* octets behind it */
      "30 0d 020101 61 07 0a0100 0400 0400",      /* shorter than it says */
      "30 0d 020101 61 07 0a0100 0400 0400 00",   /* half an element in it */
      "30 0c 020101 61 08 0a0100 0400 0400",      /* inner longer than outer */
      "30 0c 020101 61 07 0a0100 0400 0401",      /* a string longer than all */
      "30 0c 020101 61 06 0a0100 0400 0400",      /* a string longer than what it is in */
      "30 0c 0201ff 61 07 0a0100 0400 0400",      /* id -1 */
      "30 10 0205 0100000000 61 07 0a0100 0400 0400" /* id too large */,
      "30 0b 0200 61 07 0a0100 0400 0400",     /* id of no octets */
      "30 0c 040101 61 07 0a0100 0400 0400",   /* id no INTEGER */
      "30 0c 020101 61 07 020100 0400 0400",   /* result no ENUMERATED */
      "30 0a 020101 61 05 0a0100 0400",        /* no diagnostic */
      "30 0d 020101 7f61 07 0a0100 0400 0400", /* a tag of two octets */
      "30 03 020101",                          /* no operation */
      "30 06 020101 64 01 04",                 /* half an entry */
      "30 08 020101 73 03 0201 01",            /* a reference to a number */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_assert_eq(read_error(cases[i]), RADMFA_E_MALFORMED, "%s", cases[i]);
}

/* Each octet missing at the end, in memory that ends there. */
Test(ldap_message, a_message_cut_anywhere_is_malformed) {
  struct bytes bytes = hex("30 1c 020102 64 17 0401 78 30 12 30 10 0402 636e 31 0a 0403 616263 0403"
                           "646566");
  struct ldap_message message;
  cr_assert_eq(ldap_message_read(span(&bytes), &message), 0);
  for (size_t len = 1; len < bytes.len; len++) {
    uint8_t *cut = copy_exactly(bytes.data, len);
    cr_assert_eq(ldap_message_read((radmfa_span){cut, len}, &message), RADMFA_E_MALFORMED);
    free(cut);
  }
}

/* ---- entries ---- */

/* cn: abc, def; CN;range=0-0: g; cnx: h; empty: (none) */
static const char entry[] = "30 48 020102 64 43 0401 78 30 3e"
                            "30 10 0402 636e 31 0a 0403 616263 0403 646566"
                            "30 13 040c 434e3b72616e67653d302d30 31 03 0401 67"
                            "30 0a 0403 636e78 31 03 0401 68"
                            "30 09 0405 656d707479 31 00";

Test(ldap_message, the_values_of_an_attribute_are_walked_in_either_case_and_over_ranges) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, entry);
  static const char *const expected[] = {"abc", "def", "g"};
  size_t cursor = 0;
  radmfa_span value;
  check_text(message.dn, "x");
  for (size_t i = 0; i < 3; i++) {
    cr_assert(ldap_entry_next_value(&message, "Cn", &cursor, &value));
    check_text(value, expected[i]);
  }
  cr_assert_not(ldap_entry_next_value(&message, "Cn", &cursor, &value));
  cr_assert_not(ldap_entry_next_value(&message, "Cn", &cursor, &value), "nor once more");
}

Test(ldap_message, an_attribute_that_is_not_there_or_empty_has_no_values) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, entry);
  size_t cursor = 0, cursor_of_empty = 0, cursor_of_cnx = 0;
  radmfa_span value;
  cr_assert_not(ldap_entry_next_value(&message, "c", &cursor, &value));
  cr_assert_not(ldap_entry_next_value(&message, "empty", &cursor_of_empty, &value));
  cr_assert(ldap_entry_next_value(&message, "cnx", &cursor_of_cnx, &value));
  check_text(value, "h");
}

Test(ldap_message, an_entry_without_attributes_has_no_values) {
  struct bytes bytes;
  struct ldap_message message = read_hex(&bytes, "30 0a 020102 64 05 0401 78 3000");
  size_t cursor = 0;
  radmfa_span value;
  cr_assert_eq(message.type, LDAP_SEARCH_ENTRY);
  cr_assert_not(ldap_entry_next_value(&message, "cn", &cursor, &value));
}

Test(ldap_message, an_attribute_of_another_form_is_malformed) {
  static const char *const cases[] = {
      "30 10 020102 64 0b 0401 78 3006 3004 0402 636e",             /* without values */
      "30 12 020102 64 0d 0401 78 3008 3006 0402 636e 3000",        /* values no set */
      "30 15 020102 64 10 0401 78 300b 3009 0402 636e 3103 020101", /* a number */
      "30 15 020102 64 10 0401 78 300b 3009 0402 636e 3100 040161", /* a value outside */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_assert_eq(read_error(cases[i]), RADMFA_E_MALFORMED, "%s", cases[i]);
}
