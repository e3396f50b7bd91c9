#include "primary/ldap_code.h"

#include <criterion/criterion.h>
#include <stdio.h>

static enum ldap_bind_outcome outcome(int result, const char *diagnostic) {
  return ldap_bind_outcome(result, radmfa_text(diagnostic));
}

/* As Active Directory and Samba write it. */
static enum ldap_bind_outcome outcome_of_sub_code(const char *code) {
  char text[128];
  snprintf(text, sizeof text,
           "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data %s, v3839",
           code);
  return outcome(49, text);
}

Test(ldap_code, the_sub_codes_of_active_directory_are_told_apart) {
  cr_assert_eq(outcome_of_sub_code("525"), LDAP_BIND_UNKNOWN_USER);
  cr_assert_eq(outcome_of_sub_code("52e"), LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(outcome_of_sub_code("52E"), LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(outcome_of_sub_code("530"), LDAP_BIND_NOT_NOW);
  cr_assert_eq(outcome_of_sub_code("531"), LDAP_BIND_NOT_NOW);
  cr_assert_eq(outcome_of_sub_code("532"), LDAP_BIND_PASSWORD_EXPIRED);
  cr_assert_eq(outcome_of_sub_code("533"), LDAP_BIND_DISABLED);
  cr_assert_eq(outcome_of_sub_code("701"), LDAP_BIND_ACCOUNT_EXPIRED);
  cr_assert_eq(outcome_of_sub_code("773"), LDAP_BIND_MUST_CHANGE);
  cr_assert_eq(outcome_of_sub_code("775"), LDAP_BIND_LOCKED);
}

Test(ldap_code, a_sub_code_that_nobody_knows_is_a_no_all_the_same) {
  cr_assert_eq(outcome_of_sub_code("569"), LDAP_BIND_REFUSED);
  cr_assert_eq(outcome_of_sub_code("0"), LDAP_BIND_REFUSED);
}

Test(ldap_code, invalid_credentials_without_a_sub_code_are_a_wrong_password) {
  cr_assert_eq(ldap_bind_outcome(49, (radmfa_span){NULL, 0}), LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(outcome(49, "data 533"), LDAP_BIND_WRONG_PASSWORD, "of somebody else's making");
  cr_assert_eq(outcome(49, "error, data "), LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(outcome(49, "error, data x, v1"), LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(outcome(49, "error, data 5330000000000533, v1"), LDAP_BIND_WRONG_PASSWORD);
}

Test(ldap_code, a_sub_code_may_end_the_message) {
  cr_assert_eq(outcome(49, "error, data 533"), LDAP_BIND_DISABLED);
}

Test(ldap_code, a_sub_code_counts_with_result_49_only) {
  cr_assert_eq(outcome(0, "error, data 533, v1"), LDAP_BIND_OK);
  cr_assert_eq(outcome(52, "error, data 52e, v1"), LDAP_BIND_UNAVAILABLE);
}

Test(ldap_code, results_that_speak_of_the_user) {
  cr_assert_eq(outcome(0, ""), LDAP_BIND_OK);
  cr_assert_eq(outcome(32, ""), LDAP_BIND_UNKNOWN_USER);
  cr_assert_eq(outcome(34, "invalid DN"), LDAP_BIND_UNKNOWN_USER);
  cr_assert_eq(outcome(50, ""), LDAP_BIND_REFUSED);
}

Test(ldap_code, an_account_that_389_directory_server_calls_inactivated_is_disabled) {
  cr_assert_eq(outcome(53, "Account inactivated. Contact system administrator."),
               LDAP_BIND_DISABLED);
  cr_assert_eq(outcome(53, "Account"), LDAP_BIND_UNAVAILABLE);
  cr_assert_eq(outcome(53, "Unauthenticated binds are not allowed"), LDAP_BIND_UNAVAILABLE);
  cr_assert_eq(outcome(51, "Account inactivated. Contact system administrator."),
               LDAP_BIND_UNAVAILABLE);
}

Test(ldap_code, every_other_result_leaves_it_open_and_none_but_0_is_a_yes) {
  static const int results[] = {1, 2, 3, 7, 8, 10, 13, 14, 48, 51, 52, 53, 80};
  for (size_t i = 0; i < sizeof results / sizeof *results; i++)
    cr_assert_eq(outcome(results[i], ""), LDAP_BIND_UNAVAILABLE, "%d", results[i]);
  for (int result = 1; result < 5000; result++)
    cr_assert_neq(outcome(result, ""), LDAP_BIND_OK, "%d", result);
}

Test(ldap_code, every_outcome_has_a_word_of_its_own) {
  for (int i = LDAP_BIND_UNAVAILABLE; i <= LDAP_BIND_REFUSED; i++) {
    const char *word = ldap_bind_outcome_name((enum ldap_bind_outcome)i);
    cr_assert_str_neq(word, "unknown");
    for (int other = LDAP_BIND_UNAVAILABLE; other < i; other++)
      cr_assert_str_neq(word, ldap_bind_outcome_name((enum ldap_bind_outcome)other));
  }
}
