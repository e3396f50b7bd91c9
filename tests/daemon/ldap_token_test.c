#include "primary/ldap_token.h"

#include <criterion/criterion.h>
#include <string.h>

/* An entry with tokenGroups, of that many values of `len` octets, numbered. */
static struct ldap_token token_of(unsigned n, uint8_t len) {
  uint8_t list[1024] = {0x30, 0x82, 0, 0, 0x04, 11};
  size_t at = 6, set;
  memcpy(list + at, "tokengroups", 11);
  at += 11;
  list[at] = 0x31;
  list[at + 1] = 0x82;
  set = at + 4;
  for (at = set; n > 0; n--, at += 2u + len) {
    list[at] = 0x04;
    list[at + 1] = len;
    if (len) list[at + 2] = (uint8_t)n;
  }
  list[set - 2] = (uint8_t)((at - set) >> 8);
  list[set - 1] = (uint8_t)(at - set);
  list[2] = (uint8_t)((at - 4) >> 8);
  list[3] = (uint8_t)(at - 4);
  struct ldap_token token = {NULL, 0};
  const struct ldap_message entry = {.type = LDAP_SEARCH_ENTRY, .attributes = {list, at}};
  ldap_token_take(&token, &entry);
  return token;
}

static bool has(const struct ldap_token *token, uint8_t number, size_t len) {
  uint8_t sid[LDAP_SID_MAX + 1] = {number};
  return ldap_token_has(token, (radmfa_span){sid, len});
}

Test(ldap_token, each_sid_is_in_it_and_no_other) {
  struct ldap_token token = token_of(10, 28);
  for (uint8_t i = 1; i <= 10; i++) cr_assert(has(&token, i, 28));
  cr_assert_not(has(&token, 11, 28));
  cr_assert_not(has(&token, 10, 27), "a part is none");
  cr_assert_not(has(&token, 10, 0));
  ldap_token_cleanup(&token);
  cr_assert(ldap_token_is_empty(&token));
}

Test(ldap_token, what_is_no_sid_is_left_out) {
  struct ldap_token token = token_of(3, LDAP_SID_MAX + 1);
  cr_assert(ldap_token_is_empty(&token));
  token = token_of(3, 0);
  cr_assert(ldap_token_is_empty(&token));
  token = token_of(3, LDAP_SID_MAX);
  cr_assert(has(&token, 3, LDAP_SID_MAX));
  ldap_token_cleanup(&token);
}

Test(ldap_token, an_entry_without_the_attribute_is_empty) {
  struct ldap_token token = {NULL, 0};
  ldap_token_take(&token, &(struct ldap_message){.type = LDAP_SEARCH_ENTRY});
  cr_assert(ldap_token_is_empty(&token));
  cr_assert_not(has(&token, 1, 28));
}

Test(ldap_token, the_question_can_be_written) {
  struct ldap_bytes bytes;
  cr_assert_eq(ldap_write_search(1, &ldap_token_question, &bytes), 0);
  cr_assert(memmem(bytes.ptr, bytes.len, "tokenGroups", 11));
  ldap_bytes_free(&bytes);
}
