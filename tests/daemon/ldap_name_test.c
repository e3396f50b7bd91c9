#include "primary/ldap_name.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

static const char *const domains[] = {"CORP", "corp.example"};
static const struct ldap_names by_upn = {domains, 2, "{user}@corp.example"};
static const struct ldap_names by_dn = {domains, 2, "uid={user},ou=people,dc=corp,dc=example"};
static const struct ldap_names as_typed = {domains, 2, NULL};

static void check(const struct ldap_names *names, const char *typed, const char *user,
                  const char *bind) {
  struct ldap_name name;
  cr_assert_eq(ldap_name_make(names, radmfa_text(typed), &name), LDAP_NAME_OK, "%s", typed);
  cr_assert_str_eq(name.user, user);
  cr_assert_str_eq(name.bind, bind);
}

static void check_refused(const struct ldap_names *names, const char *typed) {
  struct ldap_name name;
  cr_assert_eq(ldap_name_make(names, radmfa_text(typed), &name), LDAP_NAME_REFUSED, "%s", typed);
}

/* ---- which user ---- */

Test(ldap_name, the_forms_of_a_name_are_one_user) {
  static const char *const forms[] = {"alice",
                                      "CORP\\alice",
                                      "alice@corp.example",
                                      "alice@CORP",
                                      "CORP\\alice@corp.example",
                                      "corp\\alice",
                                      "alice@Corp.Example",
                                      " alice ",
                                      "CORP\\ alice"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    check(&by_upn, forms[i], "alice", "alice@corp.example");
}

Test(ldap_name, another_domain_is_a_wrong_user) {
  static const char *const forms[] = {
      "LAB\\alice",
      "alice@lab.example",
      "LAB\\alice@corp.example",
      "CORP\\alice@lab.example",
      ".\\alice",
      "CORPS\\alice",
      "COR\\alice",
      "alice@corp.example.",
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) check_refused(&by_upn, forms[i]);
}

Test(ldap_name, a_second_domain_that_nobody_looked_at_is_refused) {
  check_refused(&by_upn, "bob@lab.example@corp.example");
  check_refused(&by_upn, "CORP\\LAB\\bob");
  check_refused(&by_upn, "bob@LAB\\x@corp.example");
}

Test(ldap_name, no_user_is_refused) {
  static const char *const forms[] = {"",       " ",  "CORP\\", "@corp.example",       "\\alice",
                                      "alice@", "\\", "@",      "CORP\\@corp.example", "CORP\\ "};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) check_refused(&by_upn, forms[i]);
}

Test(ldap_name, without_domains_of_ours_any_domain_is_refused) {
  const struct ldap_names none = {NULL, 0, "{user}@corp.example"};
  check(&none, "alice", "alice", "alice@corp.example");
  check_refused(&none, "CORP\\alice");
  check_refused(&none, "alice@corp.example");
}

Test(ldap_name, control_characters_and_what_is_no_utf8_are_refused) {
  static const char *const forms[] = {"ali\nce",
                                      "alice\x7f",
                                      "ali\xc2\x85"
                                      "ce",
                                      "ali\xff"
                                      "ce",
                                      "ali\xc3",
                                      "\xc0\xafx",
                                      "\xed\xa0\x80"};
  struct ldap_name name;
  const radmfa_span nul = {(const uint8_t *)"alice\0x", 7};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) check_refused(&by_upn, forms[i]);
  cr_assert_eq(ldap_name_make(&by_upn, nul, &name), LDAP_NAME_REFUSED);
}

Test(ldap_name, umlauts_are_a_name) {
  check(&by_upn, "CORP\\j\xc3\xb6rg", "j\xc3\xb6rg", "j\xc3\xb6rg@corp.example");
}

/* ---- how it is bound ---- */

Test(ldap_name, without_a_template_it_is_bound_as_typed) {
  check(&as_typed, "CORP\\alice", "alice", "CORP\\alice");
  check(&as_typed, "alice@corp.example ", "alice", "alice@corp.example");
  check(&as_typed, "alice", "alice", "alice");
}

Test(ldap_name, in_a_dn_the_user_is_one_value_whatever_he_types) {
  check(&by_dn, "alice", "alice", "uid=alice,ou=people,dc=corp,dc=example");
  check(&by_dn, "x,ou=admins", "x,ou=admins", "uid=x\\,ou\\=admins,ou=people,dc=corp,dc=example");
  check(&by_dn, "a+b \"c\"", "a+b \"c\"", "uid=a\\+b\\ \\\"c\\\",ou=people,dc=corp,dc=example");
}

Test(ldap_name, in_another_template_the_user_stands_as_he_is) {
  const struct ldap_names by_netbios = {domains, 2, "CORP\\{user}"};
  check(&by_netbios, "a,b=c", "a,b=c", "CORP\\a,b=c");
}

Test(ldap_name, a_template_may_name_the_user_twice_but_must_once) {
  const struct ldap_names twice = {domains, 2, "cn={user},ou={user},dc=x"};
  const struct ldap_names never = {domains, 2, "cn=admin,dc=x"};
  check(&twice, "a b", "a b", "cn=a\\ b,ou=a\\ b,dc=x");
  check_refused(&never, "alice");
}

Test(ldap_name, the_longest_name_fits_and_a_longer_one_is_refused) {
  char longest[LDAP_USER_SIZE + 1], bind_template[LDAP_TEMPLATE_MAX + 1];
  const struct ldap_names names = {domains, 2, bind_template};
  struct ldap_name name;
  memset(longest, ',', sizeof longest);
  memset(bind_template, 'x', sizeof bind_template);
  memcpy(bind_template, "cn={user}", 9);
  bind_template[LDAP_TEMPLATE_MAX] = '\0';
  const uint8_t *text = (const uint8_t *)longest;
  cr_assert_eq(ldap_name_make(&names, (radmfa_span){text, LDAP_USER_SIZE - 1}, &name),
               LDAP_NAME_OK);
  cr_assert_eq(ldap_name_make(&names, (radmfa_span){text, LDAP_USER_SIZE}, &name),
               LDAP_NAME_REFUSED);
}

Test(ldap_name, which_templates_are_dns) {
  cr_assert(ldap_template_is_dn("uid={user},dc=x"));
  cr_assert(ldap_template_is_dn(" CN = {user}"));
  cr_assert(ldap_template_is_dn("0.9.2342.19200300.100.1.1={user}"));
  cr_assert_not(ldap_template_is_dn("{user}@corp.example"));
  cr_assert_not(ldap_template_is_dn("CORP\\{user}"));
  cr_assert_not(ldap_template_is_dn("{user}"));
  cr_assert_not(ldap_template_is_dn("=x"));
  cr_assert_not(ldap_template_is_dn(""));
}

/* ---- escaping ---- */

Test(ldap_name, a_filter_value_is_ascii_without_characters_that_mean_something) {
  static const uint8_t value[] = {'a', '*', '(', ')', '\\', 0, '\n', 0xc3, 0xa4, ' ', 'b'};
  char out[64];
  cr_assert_eq(ldap_escape_filter((radmfa_span){value, sizeof value}, out, sizeof out), 0);
  cr_assert_str_eq(out, "a\\2a\\28\\29\\5c\\00\\0a\\c3\\a4 b");
}

Test(ldap_name, a_dn_value_is_escaped_as_rfc_4514_has_it) {
  char out[64];
  cr_assert_eq(ldap_escape_dn(radmfa_text("# \"a\"+b,c;<d>=\\\xc3\xa4 "), out, sizeof out), 0);
  cr_assert_str_eq(out, "\\#\\ \\\"a\\\"\\+b\\,c\\;\\<d\\>\\=\\\\\xc3\xa4\\ ");
  cr_assert_eq(ldap_escape_dn((radmfa_span){(const uint8_t *)"\0", 1}, out, sizeof out), 0);
  cr_assert_str_eq(out, "\\00");
}

Test(ldap_name, what_does_not_fit_is_too_big) {
  char out[4];
  cr_assert_eq(ldap_escape_filter(radmfa_text("abc"), out, 4), 0);
  cr_assert_eq(ldap_escape_filter(radmfa_text("abcd"), out, 4), RADMFA_E_TOO_BIG);
  cr_assert_eq(ldap_escape_filter(radmfa_text("a*"), out, 4), RADMFA_E_TOO_BIG);
  cr_assert_eq(ldap_escape_dn(radmfa_text("a,b"), out, 4), RADMFA_E_TOO_BIG);
  cr_assert_eq(ldap_escape_dn(radmfa_text(""), out, 0), RADMFA_E_TOO_BIG);
  cr_assert_eq(ldap_escape_dn(radmfa_text(""), out, 1), 0);
  cr_assert_str_eq(out, "");
}

/* ---- names of groups ---- */

Test(ldap_name, a_dn_is_told_from_what_is_none) {
  static const char *const good[] = {"cn=a",
                                     "CN=VPN Users,OU=Groups,DC=corp,DC=example",
                                     "cn=a, ou=b",
                                     "cn=a+uid=b,dc=x",
                                     "cn=a\\,b,dc=x",
                                     "cn=\\e4,dc=x",
                                     "1.2.3=#04024869,dc=x",
                                     "cn=a=b,dc=x",
                                     "cn=(a)*,dc=x"};
  static const char *const bad[] = {
      "",          "staff",    "=a",           "cn=",      "cn=a,",       "cn=a,,dc=x",
      "cn=a;dc=x", "cn=<a>",   "cn=a\\",       "cn=a\\zz", "CORP\\staff", "cn a=b",
      ",cn=a",     "cn=,dc=x", "cn=\"a\",dc=x"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    cr_assert(ldap_is_dn(good[i]), "%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_not(ldap_is_dn(bad[i]), "%s", bad[i]);
}

Test(ldap_name, a_dn_has_an_end) {
  char dn[LDAP_DN_MAX + 2] = "cn=";
  memset(dn + 3, 'x', LDAP_DN_MAX - 3);
  cr_assert(ldap_is_dn(dn));
  dn[LDAP_DN_MAX] = 'x';
  cr_assert_not(ldap_is_dn(dn));
}
