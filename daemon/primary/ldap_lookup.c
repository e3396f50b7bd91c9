/* ldap_lookup.c: the search of a look-up, and what is made of the entries found. */
#include "ldap_lookup.h"

#include "../fold.h"
#include "ldap_guid.h"

#include <radmfa/error.h>
#include <string.h>

/* Who can bind as {user} with one of our domains is the one whose sAMAccountName it is, or whose
 * userPrincipalName is what was bound; are these two people, nobody is taken. */
static const char default_filter[] =
    "(|(sAMAccountName={user})(uid={user})(userPrincipalName={bind}))";
static const char any_entry[] = "(objectClass=*)";
static const char sid_attribute[] = "objectSid", class_attribute[] = "objectClass";

/* ---- the search ---- */

static bool append(char *out, size_t size, const char *text, size_t len) {
  size_t at = strlen(out);
  if (len >= size - at) return false;
  memcpy(out + at, text, len);
  out[at + len] = '\0';
  return true;
}

/* Whether `at` begins with the placeholder. */
static bool is_at(const char *at, const char *placeholder) {
  return strncmp(at, placeholder, strlen(placeholder)) == 0;
}

/* The text behind what was appended, or NULL when there is no room. */
static const char *append_next(char *out, size_t size, const char *from,
                               const struct ldap_name *name) {
  bool is_user = is_at(from, "{user}");
  if (!is_user && !is_at(from, "{bind}")) {
    size_t len = 1 + strcspn(from + 1, "{");
    return append(out, size, from, len) ? from + len : NULL;
  }
  size_t at = strlen(out);
  int error =
      ldap_escape_filter(radmfa_text(is_user ? name->user : name->bind), out + at, size - at);
  return error ? NULL : from + strlen("{user}");
}

static int write_filter(const char *from, const struct ldap_name *name, char *out, size_t size) {
  out[0] = '\0';
  while (from && *from) from = append_next(out, size, from, name);
  return from ? 0 : RADMFA_E_TOO_BIG;
}

static size_t write_attributes(const struct ldap_lookup_options *options, const char **out) {
  size_t n = 0;
  out[n++] = options->attribute;
  if (options->number_attribute) out[n++] = options->number_attribute;
  if (options->is_dn) return n;
  out[n++] = sid_attribute;
  out[n++] = class_attribute;
  return n;
}

int ldap_lookup_begin(const struct ldap_lookup_options *options, const struct ldap_name *name,
                      struct ldap_lookup_search *out) {
  const char *filter = options->is_dn    ? any_entry
                       : options->filter ? options->filter
                                         : default_filter;
  int error = write_filter(filter, name, out->filter, sizeof out->filter);
  if (error) return error;
  out->search = (struct ldap_search){
      .base = radmfa_text(options->is_dn ? name->bind : options->base),
      .scope = options->is_dn ? LDAP_SCOPE_ENTRY : LDAP_SCOPE_SUBTREE,
      .filter = radmfa_text(out->filter),
      .attributes = out->attributes,
      .n_attributes = write_attributes(options, out->attributes),
      .size_limit = 2, /* one too many is enough */
  };
  return 0;
}

/* ---- entries ---- */

/* A NUL in it would make two of one. */
static bool copy_value(radmfa_span value, char out[LDAP_IDENTITY_MAX + 1]) {
  if (value.len < 1 || value.len > LDAP_IDENTITY_MAX || memchr(value.ptr, '\0', value.len))
    return false;
  memcpy(out, value.ptr, value.len);
  out[value.len] = '\0';
  return true;
}

static bool read_value(const char *attribute, radmfa_span value, char out[LDAP_IDENTITY_MAX + 1]) {
  if (fold_equal(radmfa_text(attribute), radmfa_text("objectGUID")))
    return ldap_guid_format(value, out);
  return copy_value(value, out);
}

static void take_dn(struct ldap_lookup *lookup, radmfa_span dn) {
  lookup->dn_len = dn.len <= sizeof lookup->dn ? dn.len : 0;
  if (lookup->dn_len) memcpy(lookup->dn, dn.ptr, lookup->dn_len);
}

static void take_numbers(struct ldap_lookup *lookup, const struct ldap_lookup_options *options,
                         const struct ldap_message *entry) {
  radmfa_span value;
  size_t cursor = 0;
  lookup->phone = (struct phone){.kind = PHONE_NONE};
  while (ldap_entry_next_value(entry, options->number_attribute, &cursor, &value)) {
    bool is_good = lookup->n_numbers++ == 0 &&
                   number_parse(value, options->country_code, &lookup->phone.number);
    lookup->phone.kind = is_good ? PHONE_GOOD : PHONE_BAD;
  }
}

static void take_sid(struct ldap_lookup *lookup, const struct ldap_message *entry) {
  radmfa_span value;
  size_t cursor = 0;
  lookup->sid_len = 0;
  while (ldap_entry_next_value(entry, sid_attribute, &cursor, &value)) {
    if (value.len > sizeof lookup->sid) continue;
    lookup->sid_len = value.len;
    if (value.len) memcpy(lookup->sid, value.ptr, value.len);
  }
  cursor = 0;
  while (ldap_entry_next_value(entry, class_attribute, &cursor, &value))
    lookup->is_group |= fold_equal(value, radmfa_text("group"));
}

void ldap_lookup_take_entry(struct ldap_lookup *lookup, const struct ldap_lookup_options *options,
                            const struct ldap_message *entry) {
  radmfa_span value;
  size_t cursor = 0;
  lookup->n_entries++;
  take_dn(lookup, entry->dn);
  if (options->number_attribute) take_numbers(lookup, options, entry);
  if (!options->is_dn) take_sid(lookup, entry);
  while (ldap_entry_next_value(entry, options->attribute, &cursor, &value)) {
    lookup->n_values++;
    if (!read_value(options->attribute, value, lookup->identity)) lookup->identity[0] = '\0';
  }
}

const char *ldap_lookup_fault(const struct ldap_lookup *lookup, int result) {
  /* Three entries and more end with sizeLimitExceeded (RFC 4511 4.5.1.4). */
  if (lookup->n_entries > 1) return "the filter matches several entries";
  if (result != 0) return "the directory refuses the look-up";
  if (lookup->n_entries == 0) return "the filter matches no entry";
  if (lookup->n_values == 0) return "the entry lacks the identity attribute, or it is not readable";
  if (lookup->n_values > 1) return "the identity attribute has several values";
  return lookup->identity[0] ? NULL : "the identity attribute is none";
}

bool ldap_lookup_is_bound(const struct ldap_lookup *lookup,
                          const struct ldap_lookup_options *options) {
  if (options->is_dn) return true;
  return lookup->sid_len && !lookup->is_group &&
         ldap_token_has(&lookup->token, (radmfa_span){lookup->sid, lookup->sid_len});
}

void ldap_lookup_restart(struct ldap_lookup *lookup) {
  *lookup = (struct ldap_lookup){.token = lookup->token};
}

void ldap_lookup_cleanup(struct ldap_lookup *lookup) {
  ldap_token_cleanup(&lookup->token);
}
