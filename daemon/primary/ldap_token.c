/* ldap_token.c: the SIDs of a security context, kept until the entry is there. */
#include "ldap_token.h"

#include <stdlib.h>
#include <string.h>

static const char token_attribute[] = "tokenGroups";
static const char *const attributes[] = {token_attribute};

/* The root entry (RFC 4512 5.1): its name is empty. */
const struct ldap_search ldap_token_question = {
    .scope = LDAP_SCOPE_ENTRY,
    .filter = {(const uint8_t *)"(objectClass=*)", sizeof "(objectClass=*)" - 1},
    .attributes = attributes,
    .n_attributes = 1,
    .size_limit = 1,
};

static bool next_sid(const struct ldap_message *entry, size_t *inout_cursor, radmfa_span *out) {
  while (ldap_entry_next_value(entry, token_attribute, inout_cursor, out))
    if (out->len > 0 && out->len <= LDAP_SID_MAX) return true;
  return false;
}

static size_t size_of_all(const struct ldap_message *entry) {
  radmfa_span sid;
  size_t cursor = 0, size = 0;
  while (next_sid(entry, &cursor, &sid)) size += 1 + sid.len;
  return size;
}

/* Without memory nobody is in it. */
void ldap_token_take(struct ldap_token *token, const struct ldap_message *entry) {
  radmfa_span sid;
  size_t cursor = 0, size = size_of_all(entry);
  ldap_token_cleanup(token);
  token->sids = size ? malloc(size) : NULL;
  while (token->sids && next_sid(entry, &cursor, &sid)) {
    token->sids[token->len++] = (uint8_t)sid.len;
    memcpy(token->sids + token->len, sid.ptr, sid.len);
    token->len += sid.len;
  }
}

bool ldap_token_is_empty(const struct ldap_token *token) {
  return token->len == 0;
}

bool ldap_token_has(const struct ldap_token *token, radmfa_span sid) {
  for (size_t at = 0; at < token->len; at += 1 + token->sids[at])
    if (radmfa_span_equal((radmfa_span){token->sids + at + 1, token->sids[at]}, sid)) return true;
  return false;
}

void ldap_token_cleanup(struct ldap_token *token) {
  free(token->sids);
  *token = (struct ldap_token){NULL, 0};
}
