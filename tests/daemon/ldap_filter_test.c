/* Filters against octets that were put together by hand from RFC 4515 and RFC 4511 4.5.1.7. */
#include "primary/ldap_filter.h"
#include "primary/ldap_message.h"

#include "hex.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

/* What stands before the filter of a short search of ours, and behind it. */
#define BEFORE (2u + 3 + 2 + 2 + 3 + 3 + 3 + 3 + 3)
#define BEHIND 2u

static void check(const char *text, const char *expected) {
  struct ldap_bytes out;
  struct bytes bytes = hex(expected);
  const struct ldap_search search = {.filter = radmfa_text(text)};
  cr_assert_eq(ldap_write_search(1, &search, &out), 0, "%s", text);
  cr_assert(
      radmfa_span_equal((radmfa_span){out.ptr + BEFORE, out.len - BEFORE - BEHIND}, span(&bytes)),
      "%s", text);
  ldap_bytes_free(&out);
}

Test(ldap_filter, equality_and_presence) {
  check("(cn=a)", "a3 07 0402 636e 0401 61");
  check("(cn=)", "a3 06 0402 636e 0400");
  check("(cn=*)", "87 02 636e");
  check("(1.2.3;lang-de=a)", "a3 12 040d 312e322e333b6c616e672d6465 0401 61");
  check("(cn= a=b:c)", "a3 0c 0402 636e 0406 20613d623a63");
}

Test(ldap_filter, and_or_and_not_hold_filters) {
  check("(&(a=b)(|(c=d)(e=f))(!(g=*)))", "a0 1f a306 040161 040162"
                                         "a1 10 a306 040163 040164 a306 040165 040166"
                                         "a2 03 8701 67");
}

Test(ldap_filter, escaped_octets_are_the_octets) {
  check("(cn=\\2a\\28\\29\\5C\\00)", "a3 0b 0402 636e 0405 2a28295c00");
  check("(cn=\xc3\xa4\\c3\\A4)", "a3 0a 0402 636e 0404 c3a4c3a4");
}

Test(ldap_filter, extensible_match_in_all_its_forms) {
  check("(m:1.2:=v)", "a9 0b 8103 312e32 8201 6d 8301 76");
  check("(m:=v)", "a9 06 8201 6d 8301 76");
  check("(:1.2:=v)", "a9 08 8103 312e32 8301 76");
  check("(m:dn:1.2:=v)", "a9 0e 8103 312e32 8201 6d 8301 76 8401 ff");
  check("(m:DN:=v)", "a9 09 8201 6d 8301 76 8401 ff");
}

Test(ldap_filter, the_matching_rule_in_chain_of_active_directory) {
  check("(memberOf:1.2.840.113556.1.4.1941:=cn=x)",
        "a9 29 8117 312e322e3834302e3131333535362e312e342e31393431"
        "8208 6d656d6265724f66 8304 636e3d78");
}

Test(ldap_filter, what_is_no_filter_of_ours_is_invalid) {
  static const char *const cases[] = {
      "",
      "()",
      "(",
      "(cn=a",
      "cn=a",
      "(cn=a))",
      "(cn=a)(cn=b)",
      "(&)",
      "(|)",
      "(!)",
      "(!(a=b)(c=d))",
      "(&(a=b)",
      "(& (a=b))",
      " (a=b)",
      "(=a)",
      "(cn)",
      "(c n=a)",
      "(-cn=a)",
      "(cn>=a)",
      "(cn<=a)",
      "(cn~=a)",
      "(cn=a*)",
      "(cn=*a)",
      "(cn=a*b)",
      "(cn=**)",
      "(cn=a(b)",
      "(cn=\\)",
      "(cn=\\2)",
      "(cn=\\2g)",
      "(cn=\\g2)",
      "(:=v)",
      "(:dn:=v)",
      "(m:1.2=v)",
      "(m::=v)",
      "(m:1.2:dn:=v)",
      "(m:1.2:3:=v)",
      "(m:1.2:",
      "(m:1.2:=v",
      "(\xc3\xa4=a)",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_assert_eq(ldap_filter_check(radmfa_text(cases[i])), RADMFA_E_INVALID, "%s", cases[i]);
}

Test(ldap_filter, a_nul_is_in_no_filter) {
  static const uint8_t text[] = "(cn=a\0b)";
  cr_assert_eq(ldap_filter_check((radmfa_span){text, sizeof text - 1}), RADMFA_E_INVALID);
}

/* "(!(!(...(a=b)...)))" of `depth` filters */
static struct bytes nested(unsigned depth) {
  struct bytes text = {.len = 0};
  for (unsigned i = 1; i < depth; i++) {
    text.data[text.len++] = '(';
    text.data[text.len++] = '!';
  }
  memcpy(text.data + text.len, "(a=b)", 5);
  text.len += 5;
  for (unsigned i = 1; i < depth; i++) text.data[text.len++] = ')';
  return text;
}

Test(ldap_filter, filters_are_in_one_another_to_a_bound) {
  struct bytes deepest = nested(LDAP_FILTER_DEPTH_MAX), deeper = nested(LDAP_FILTER_DEPTH_MAX + 1),
               abyss = nested(2000);
  cr_assert_eq(ldap_filter_check(span(&deepest)), 0);
  cr_assert_eq(ldap_filter_check(span(&deeper)), RADMFA_E_INVALID);
  cr_assert_eq(ldap_filter_check(span(&abyss)), RADMFA_E_INVALID);
}
