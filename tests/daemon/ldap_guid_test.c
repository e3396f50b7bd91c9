#include "primary/ldap_guid.h"

#include "hex.h"

#include <criterion/criterion.h>

Test(ldap_guid, the_first_three_fields_are_turned_round) {
  struct bytes guid = hex("000102030405060708090a0b0c0d0eff");
  char text[LDAP_GUID_TEXT_SIZE];
  cr_assert(ldap_guid_format(span(&guid), text));
  cr_assert_str_eq(text, "03020100-0504-0706-0809-0a0b0c0d0eff");
}

Test(ldap_guid, other_than_16_octets_are_none) {
  struct bytes guid = filled(1, 17);
  char text[LDAP_GUID_TEXT_SIZE] = "untouched";
  cr_assert_not(ldap_guid_format(span(&guid), text));
  cr_assert_not(ldap_guid_format((radmfa_span){guid.data, 15}, text));
  cr_assert_not(ldap_guid_format((radmfa_span){NULL, 0}, text));
  cr_assert_str_eq(text, "untouched");
}
