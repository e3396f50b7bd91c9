#include "primary/ldap_lookup.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

static const struct ldap_name alice = {"al*ice", "al*ice@corp.example"};

static void filter_is(const struct ldap_lookup_options *options, const char *expected) {
  struct ldap_lookup_search lookup;
  cr_assert_eq(ldap_lookup_begin(options, &alice, &lookup), 0);
  cr_assert_str_eq(lookup.filter, expected);
  cr_assert(radmfa_span_equal(lookup.search.filter, radmfa_text(expected)));
}

Test(ldap_lookup, names_of_the_user_are_looked_for) {
  filter_is(&(struct ldap_lookup_options){.attribute = "objectGUID", .base = "dc=example"},
            "(|(sAMAccountName=al\\2aice)(uid=al\\2aice)"
            "(userPrincipalName=al\\2aice@corp.example))");
}

Test(ldap_lookup, a_filter_of_ones_own_is_filled_in) {
  struct ldap_lookup_options options = {.attribute = "x", .base = "dc=example"};
  options.filter = "(cn={user})";
  filter_is(&options, "(cn=al\\2aice)");
  options.filter = "(&({user}={bind})(a={b}))";
  filter_is(&options, "(&(al\\2aice=al\\2aice@corp.example)(a={b}))");
  options.filter = "{";
  filter_is(&options, "{");
}

Test(ldap_lookup, what_was_typed_is_no_placeholder) {
  static const struct ldap_name name = {"{bind}", "b"};
  struct ldap_lookup_search lookup;
  const struct ldap_lookup_options options = {.base = "dc=example", .filter = "(cn={user})"};
  cr_assert_eq(ldap_lookup_begin(&options, &name, &lookup), 0);
  cr_assert_str_eq(lookup.filter, "(cn={bind})");
}

Test(ldap_lookup, a_dn_is_the_base_of_its_own_search) {
  struct ldap_lookup_search lookup;
  const struct ldap_lookup_options options = {.attribute = "entryUUID", .is_dn = true};
  static const struct ldap_name name = {"alice", "uid=alice,dc=example"};
  cr_assert_eq(ldap_lookup_begin(&options, &name, &lookup), 0);
  cr_assert_eq(lookup.search.scope, LDAP_SCOPE_ENTRY);
  cr_assert(radmfa_span_equal(lookup.search.base, radmfa_text("uid=alice,dc=example")));
  cr_assert_str_eq(lookup.search.attributes[0], "entryUUID");
  cr_assert_eq(lookup.search.n_attributes, 1, "the name says whose it is");
}

Test(ldap_lookup, a_filter_without_room_is_refused) {
  char filter[8300];
  struct ldap_lookup_search lookup;
  const struct ldap_lookup_options options = {.base = "dc=example", .filter = filter};
  memset(filter, 'x', sizeof filter);
  for (size_t len = sizeof lookup.filter - 10; len <= sizeof lookup.filter; len++) {
    memcpy(filter + len - 7, "{user}", sizeof "{user}");
    int expected = len - 7 + strlen("al\\2aice") < sizeof lookup.filter ? 0 : RADMFA_E_TOO_BIG;
    cr_assert_eq(ldap_lookup_begin(&options, &alice, &lookup), expected);
    filter[len - 1] = 'x';
  }
}

Test(ldap_lookup, one_entry_without_a_value_is_nobody) {
  struct ldap_lookup lookup = {.n_entries = 1};
  cr_assert_not_null(ldap_lookup_fault(&lookup, 0));
  lookup.n_values = 1;
  cr_assert_not_null(ldap_lookup_fault(&lookup, 0), "an empty value");
  memcpy(lookup.identity, "somebody", sizeof "somebody");
  cr_assert_null(ldap_lookup_fault(&lookup, 0));
  cr_assert_not_null(ldap_lookup_fault(&lookup, 50), "insufficientAccessRights");
  lookup.n_values = 2;
  cr_assert_not_null(ldap_lookup_fault(&lookup, 0));
}

/* ---- whose entry it is ---- */

/* An entry with objectSid and objectClass. */
static bool is_bound(const char *sid, const char *object_class, const char *of_token) {
  uint8_t list[] = {0x30, 16,   0x04, 9,   'o',  'B',  'J',  'E',  'C', 'T', 'S', 'I', 'D', 0x31,
                    3,    0x04, 1,    0,   0x30, 22,   0x04, 11,   'o', 'b', 'j', 'e', 'c', 't',
                    'C',  'l',  'a',  's', 's',  0x31, 7,    0x04, 5,   0,   0,   0,   0,   0};
  uint8_t sids[] = {1, (uint8_t)of_token[0], 1, (uint8_t)of_token[1]};
  list[17] = (uint8_t)sid[0];
  memcpy(list + 37, object_class, 5);
  const struct ldap_message entry = {.type = LDAP_SEARCH_ENTRY, .attributes = {list, sizeof list}};
  const struct ldap_lookup_options options = {.attribute = "uid"};
  struct ldap_lookup lookup = {.token = {sids, sizeof sids}};
  ldap_lookup_take_entry(&lookup, &options, &entry);
  return ldap_lookup_is_bound(&lookup, &options);
}

Test(ldap_lookup, the_entry_must_have_a_sid_of_who_was_bound) {
  cr_assert(is_bound("a", "alien", "ab"));
  cr_assert(is_bound("b", "alien", "ab"), "their order is not documented");
  cr_assert_not(is_bound("c", "alien", "ab"));
}

Test(ldap_lookup, a_group_is_nobody_although_its_sid_is_there) {
  cr_assert_not(is_bound("b", "Group", "ab"));
}

Test(ldap_lookup, an_entry_without_sid_or_a_connection_without_is_nobodys) {
  const struct ldap_lookup_options options = {.attribute = "uid"};
  struct ldap_lookup lookup = {.n_entries = 1};
  cr_assert_not(ldap_lookup_is_bound(&lookup, &options));
  lookup.sid_len = 1;
  cr_assert_not(ldap_lookup_is_bound(&lookup, &options));
}

Test(ldap_lookup, an_entry_by_its_name_is_whose_name_it_is) {
  const struct ldap_lookup_options options = {.attribute = "uid", .is_dn = true};
  cr_assert(ldap_lookup_is_bound(&(struct ldap_lookup){.n_entries = 1}, &options));
}

Test(ldap_lookup, another_try_forgets_all_but_the_token) {
  uint8_t sids[] = {1, 'a'};
  struct ldap_lookup lookup = {.token = {sids, sizeof sids}, .n_entries = 1, .sid_len = 1};
  ldap_lookup_restart(&lookup);
  cr_assert_eq(lookup.n_entries + lookup.sid_len, 0);
  cr_assert(ldap_token_has(&lookup.token, radmfa_text("a")));
}

/* ---- the number ---- */

Test(ldap_lookup, a_number_is_asked_for_with_the_identity) {
  struct ldap_lookup_search lookup;
  const struct ldap_lookup_options options = {
      .attribute = "objectGUID", .base = "dc=example", .number_attribute = "mobile"};
  cr_assert_eq(ldap_lookup_begin(&options, &alice, &lookup), 0);
  cr_assert_eq(lookup.search.n_attributes, 4);
  cr_assert_str_eq(lookup.search.attributes[1], "mobile");
}

/* PartialAttributeList (RFC 4511 4.1.7) with mobile, and as many values as there are. */
static struct phone number_in(const char *value, const char *other) {
  uint8_t list[128] = {0x30, 0, 0x04, 6, 'm', 'o', 'b', 'i', 'l', 'e', 0x31, 0};
  const char *const values[] = {value, other};
  size_t len = 12;
  for (size_t i = 0; i < 2 && values[i]; i++) {
    size_t value_len = strlen(values[i]);
    list[len] = 0x04;
    list[len + 1] = (uint8_t)value_len;
    memcpy(list + len + 2, values[i], value_len);
    len += 2 + value_len;
  }
  list[11] = (uint8_t)(len - 12);
  list[1] = (uint8_t)(len - 2);
  const struct ldap_message entry = {.type = LDAP_SEARCH_ENTRY,
                                     .attributes = {list, value ? len : 0}};
  const struct ldap_lookup_options options = {
      .attribute = "uid", .number_attribute = "Mobile", .country_code = "1"};
  struct ldap_lookup lookup = {0};
  ldap_lookup_take_entry(&lookup, &options, &entry);
  return lookup.phone;
}

Test(ldap_lookup, a_number_is_read_and_never_verified) {
  struct phone phone = number_in("(555) 123-0001 x890", NULL);
  cr_assert_eq(phone.kind, PHONE_GOOD);
  cr_assert_str_eq(phone.number.e164, "+15551230001");
  cr_assert_str_eq(phone.number.extension, "890");
  cr_assert_not(phone.is_verified);
}

Test(ldap_lookup, no_number_a_bad_one_and_several_differ) {
  cr_assert_eq(number_in(NULL, NULL).kind, PHONE_NONE);
  cr_assert_eq(number_in("at home", NULL).kind, PHONE_BAD);
  cr_assert_eq(number_in("+15551230001", "+15551230002").kind, PHONE_BAD);
}
