#include "primary/ldap_person.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

static struct ldap_options options_of(const char *bind, const char *filter) {
  return (struct ldap_options){.names = {.bind = bind},
                               .identity_attribute = "entryUUID",
                               .base = bind && strchr(bind, '=') ? NULL : "dc=corp",
                               .filter = filter};
}

static void all_is(const struct ldap_options *options, const char *filter, const char *name) {
  struct ldap_person_search search;
  cr_assert_eq(ldap_person_search_all(options, &search), 0);
  cr_assert_str_eq(search.filter, filter);
  cr_assert_str_eq(search.name_attribute, name);
}

Test(ldap_person, everybody_is_who_has_a_name_to_log_in_with) {
  struct ldap_options options = options_of("{user}@corp.example", NULL);
  struct ldap_person_search search;
  cr_assert_eq(ldap_person_search_all(&options, &search), 0);
  cr_assert_not_null(strstr(search.filter, "(sAMAccountName=*)"));
  cr_assert_not_null(strstr(search.filter, "(uid=*)"));
  cr_assert(radmfa_span_equal(search.search.base, radmfa_text("dc=corp")));
  cr_assert_eq(search.search.scope, LDAP_SCOPE_SUBTREE);
}

Test(ldap_person, a_filter_of_ones_own_finds_all_whom_it_could_find) {
  struct ldap_options options =
      options_of("{user}@x", "(&(memberOf=cn=vpn,dc=x)(|(mail={user})(userPrincipalName={bind})))");
  all_is(&options, "(&(memberOf=cn=vpn,dc=x)(|(mail=*)(userPrincipalName=*)))", "mail");
}

Test(ldap_person, a_filter_with_a_name_within_a_value_says_nothing_of_all) {
  static const char *const filters[] = {"(cn=a-{user})", "(cn={user}-a)", "({user}=a)",
                                        "(a={user}"};
  struct ldap_person_search search;
  for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
    struct ldap_options options = options_of("{user}@x", filters[i]);
    cr_assert_eq(ldap_person_search_all(&options, &search), RADMFA_E_INVALID, "%s", filters[i]);
    options.list_filter = "(cn=*)";
    cr_assert_eq(ldap_person_search_all(&options, &search), 0);
    cr_assert_str_eq(search.filter, "(cn=*)");
  }
}

Test(ldap_person, beside_a_dn_are_all_others) {
  struct ldap_options options = options_of("uid={user},ou=people,dc=x", NULL);
  struct ldap_person_search search;
  all_is(&options, "(uid=*)", "uid");
  cr_assert_eq(ldap_person_search_all(&options, &search), 0);
  cr_assert(radmfa_span_equal(search.search.base, radmfa_text("ou=people,dc=x")));
  cr_assert_eq(search.search.scope, LDAP_SCOPE_CHILDREN);
}

Test(ldap_person, a_dn_of_another_form_lists_nobody) {
  static const char *const binds[] = {"ou=a,uid={user},dc=x", "uid=a{user},dc=x",
                                      "uid={user}+a=b,c=x"};
  struct ldap_person_search search;
  for (size_t i = 0; i < sizeof binds / sizeof *binds; i++) {
    struct ldap_options options = options_of(binds[i], NULL);
    cr_assert_eq(ldap_person_search_all(&options, &search), RADMFA_E_INVALID, "%s", binds[i]);
  }
}

Test(ldap_person, without_identities_nobody_is_listed) {
  struct ldap_options options = options_of("{user}@x", NULL);
  struct ldap_person_search search;
  options.identity_attribute = NULL;
  cr_assert_eq(ldap_person_search_all(&options, &search), RADMFA_E_INVALID);
}

Test(ldap_person, one_is_looked_for_as_at_a_login) {
  static const struct ldap_name name = {"a*", "uid=a\\2a,dc=x"};
  struct ldap_options options = options_of("uid={user},dc=x", NULL);
  struct ldap_person_search search;
  cr_assert_eq(ldap_person_search_one(&options, &name, &search), 0);
  cr_assert(radmfa_span_equal(search.search.base, radmfa_text("uid=a\\2a,dc=x")));
  cr_assert_eq(search.search.scope, LDAP_SCOPE_ENTRY);
  options = options_of("{user}@x", "(cn={user})");
  cr_assert_eq(ldap_person_search_one(&options, &name, &search), 0);
  cr_assert_str_eq(search.filter, "(cn=a\\2a)");
  cr_assert_eq(search.search.page_size, 0);
}

/* ---- entries ---- */

struct entry {
  uint8_t bytes[1024];
  size_t len;
};

static void put(struct entry *entry, const char *attribute, const char *value) {
  size_t name_len = strlen(attribute), value_len = strlen(value);
  uint8_t *at = entry->bytes + entry->len;
  cr_assert_lt(name_len + value_len, 100);
  *at++ = 0x30;
  *at++ = (uint8_t)(name_len + value_len + 6);
  *at++ = 0x04;
  *at++ = (uint8_t)name_len;
  memcpy(at, attribute, name_len);
  at += name_len;
  *at++ = 0x31;
  *at++ = (uint8_t)(value_len + 2);
  *at++ = 0x04;
  *at++ = (uint8_t)value_len;
  memcpy(at, value, value_len);
  entry->len = (size_t)(at + value_len - entry->bytes);
}

static struct ldap_person person;

static enum ldap_person_verdict read_entry(const struct entry *entry,
                                           const char *number_attribute) {
  struct ldap_options options = options_of("{user}@x", NULL);
  struct ldap_person_search search;
  const struct ldap_message message = {.type = LDAP_SEARCH_ENTRY,
                                       .attributes = {entry->bytes, entry->len}};
  options.number_attribute = number_attribute;
  cr_assert_eq(ldap_person_search_all(&options, &search), 0);
  return ldap_person_read(&options, &search, &message, &person);
}

static struct entry alice(void) {
  struct entry entry = {.len = 0};
  put(&entry, "entryUUID", "id-1");
  put(&entry, "sAMAccountName", "alice");
  return entry;
}

Test(ldap_person, somebody_has_identity_and_name) {
  struct entry entry = alice();
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_OK);
  cr_assert_str_eq(person.identity, "id-1");
  cr_assert_str_eq(person.name, "alice");
  cr_assert_eq(person.phone.kind, PHONE_UNKNOWN);
  cr_assert_not(person.is_disabled);
}

Test(ldap_person, numbers_are_good_bad_or_none) {
  struct entry entry = alice();
  cr_assert_eq(read_entry(&entry, "mobile"), LDAP_PERSON_OK);
  cr_assert_eq(person.phone.kind, PHONE_NONE);
  put(&entry, "mobile", "+1 555 123 0001");
  cr_assert_eq(read_entry(&entry, "mobile"), LDAP_PERSON_OK);
  cr_assert_eq(person.phone.kind, PHONE_GOOD);
  cr_assert_str_eq(person.phone.number.e164, "+15551230001");
  put(&entry, "mobile", "+1 555 123 0002");
  cr_assert_eq(read_entry(&entry, "mobile"), LDAP_PERSON_OK);
  cr_assert_eq(person.phone.kind, PHONE_BAD, "two");
}

Test(ldap_person, an_account_that_is_disabled_is_told) {
  struct entry entry = alice();
  put(&entry, "userAccountControl", "514");
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_OK);
  cr_assert(person.is_disabled);
}

Test(ldap_person, machines_and_groups_are_nobody) {
  static const char *const each[][2] = {{"userAccountControl", "4096"},
                                        {"userAccountControl", "532480"},
                                        {"userAccountControl", "2080"},
                                        {"objectClass", "Computer"},
                                        {"objectClass", "group"}};
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    struct entry entry = alice();
    put(&entry, each[i][0], each[i][1]);
    cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_NONE, "%s", each[i][1]);
  }
}

Test(ldap_person, who_lacks_identity_or_name_is_unfit) {
  struct entry entry = {.len = 0};
  put(&entry, "sAMAccountName", "alice");
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_UNFIT);
  entry = (struct entry){.len = 0};
  put(&entry, "entryUUID", "id-1");
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_UNFIT, "no name");
  put(&entry, "uid", "alice");
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_OK);
  put(&entry, "entryUUID", "id-2");
  cr_assert_eq(read_entry(&entry, NULL), LDAP_PERSON_UNFIT, "two identities");
}
