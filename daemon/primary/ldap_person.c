/* ldap_person.c: filters made of filters, and one entry's attributes. */
#include "ldap_person.h"

#include "../fold.h"
#include "ldap_filter.h"

#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>

/* Computers of Active Directory are objectClass=person too, and have a sAMAccountName; other
 * directories have no objectCategory. */
static const char everybody[] =
    "(|(&(objectCategory=person)(sAMAccountName=*))"
    "(&(|(objectClass=person)(objectClass=account)(objectClass=posixAccount))(uid=*)))";

static const char control_attribute[] = "userAccountControl", class_attribute[] = "objectClass";
static const char user_place[] = "{user}", bind_place[] = "{bind}";

/* userAccountControl (MS-ADTS 2.2.16) */
#define ACCOUNT_DISABLED 0x2
#define ACCOUNTS_OF_MACHINES (0x800 | 0x1000 | 0x2000) /* of a trust, a workstation, a server */

/* ---- the searches ---- */

static bool is_dn(const struct ldap_options *options) {
  return options->names.bind && ldap_template_is_dn(options->names.bind);
}

static struct ldap_lookup_options lookup_of(const struct ldap_options *options) {
  return (struct ldap_lookup_options){.attribute = options->identity_attribute,
                                      .base = options->base,
                                      .filter = options->filter,
                                      .is_dn = is_dn(options),
                                      .number_attribute = options->number_attribute,
                                      .country_code = options->country_code};
}

static void add_attributes(const struct ldap_options *options, struct ldap_person_search *out) {
  static const char *const names[] = {"sAMAccountName", "uid", control_attribute, class_attribute};
  size_t n = 0;
  out->attributes[n++] = options->identity_attribute;
  if (options->number_attribute) out->attributes[n++] = options->number_attribute;
  if (*out->name_attribute) out->attributes[n++] = out->name_attribute;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) out->attributes[n++] = names[i];
  out->search.attributes = out->attributes;
  out->search.n_attributes = n;
}

static bool copy_word(const char *from, size_t len, char out[LDAP_PERSON_WORD_SIZE]) {
  if (len == 0 || len >= LDAP_PERSON_WORD_SIZE) return false;
  memcpy(out, from, len);
  out[len] = '\0';
  return true;
}

static size_t place_at(const char *text) {
  bool is_place = strncmp(text, user_place, strlen(user_place)) == 0 ||
                  strncmp(text, bind_place, strlen(bind_place)) == 0;
  return is_place ? strlen(user_place) : 0;
}

/* "(uid={user})" becomes "(uid=*)". False: a name is only part of a value. */
static bool generalise(const char *from, char *out, size_t size) {
  size_t len = 0;
  while (*from) {
    size_t place = place_at(from);
    if (len + 1 >= size) return false;
    if (place && (from[place] != ')' || len == 0 || out[len - 1] != '=')) return false;
    out[len++] = place ? '*' : *from;
    from += place ? place : 1;
  }
  out[len] = '\0';
  return true;
}

/* That which a typed name is held against: of "(mail={user})" it is "mail". */
static void find_name_attribute(const char *filter, struct ldap_person_search *out) {
  const char *place = filter ? strstr(filter, user_place) : NULL;
  const char *begin = place;
  out->name_attribute[0] = '\0';
  if (!place || place == filter || place[-1] != '=') return;
  while (begin > filter && begin[-1] != '(') begin--;
  if (begin[0] != ':' && !memchr(begin, ':', (size_t)(place - begin)))
    (void)copy_word(begin, (size_t)(place - 1 - begin), out->name_attribute);
}

/* Of "uid={user},ou=people,dc=x" the "uid", and in *out_parent what stands behind the comma. */
static bool split_dn(const struct ldap_options *options, struct ldap_person_search *out,
                     const char **out_parent) {
  const char *bind = options->names.bind;
  const char *place = strstr(bind, user_place);
  if (!place || place == bind || place[-1] != '=' || place[strlen(user_place)] != ',') return false;
  if (memchr(bind, '=', (size_t)(place - 1 - bind)) ||
      !copy_word(bind, (size_t)(place - 1 - bind), out->name_attribute))
    return false;
  *out_parent = place + strlen(user_place) + 1;
  return true;
}

static bool copy_filter(const char *from, struct ldap_person_search *out) {
  size_t len = strlen(from);
  if (len >= sizeof out->filter) return false;
  memcpy(out->filter, from, len + 1);
  return true;
}

/* Those who stand where `bind` looks for a name. */
static bool set_siblings(const struct ldap_options *options, struct ldap_person_search *out) {
  const char *parent = NULL;
  if (!split_dn(options, out, &parent)) return false;
  size_t len = strlen(out->name_attribute);
  out->filter[0] = '(';
  memcpy(out->filter + 1, out->name_attribute, len);
  memcpy(out->filter + 1 + len, "=*)", sizeof "=*)");
  out->search.base = radmfa_text(parent);
  out->search.scope = LDAP_SCOPE_CHILDREN;
  return !options->list_filter || copy_filter(options->list_filter, out);
}

static bool set_all(const struct ldap_options *options, struct ldap_person_search *out) {
  if (is_dn(options)) return set_siblings(options, out);
  if (!options->base) return false;
  find_name_attribute(options->filter, out);
  out->search.base = radmfa_text(options->base);
  out->search.scope = LDAP_SCOPE_SUBTREE;
  if (options->list_filter) return copy_filter(options->list_filter, out);
  if (options->filter) return generalise(options->filter, out->filter, sizeof out->filter);
  return copy_filter(everybody, out);
}

int ldap_person_search_all(const struct ldap_options *options, struct ldap_person_search *out) {
  *out = (struct ldap_person_search){.search = {.scope = LDAP_SCOPE_SUBTREE}};
  if (!options->identity_attribute || !set_all(options, out)) return RADMFA_E_INVALID;
  out->search.filter = radmfa_text(out->filter);
  add_attributes(options, out);
  return ldap_filter_check(out->search.filter);
}

/* A DN of the name is kept here: who asks may let go of the name. */
int ldap_person_search_one(const struct ldap_options *options, const struct ldap_name *name,
                           struct ldap_person_search *out) {
  const struct ldap_lookup_options lookup = lookup_of(options);
  struct ldap_lookup_search from;
  const char *parent;
  *out = (struct ldap_person_search){.search = {.scope = LDAP_SCOPE_SUBTREE}};
  if (!options->identity_attribute || (!lookup.is_dn && !lookup.base)) return RADMFA_E_INVALID;
  int error = ldap_lookup_begin(&lookup, name, &from);
  if (error) return error;
  if (lookup.is_dn)
    (void)split_dn(options, out, &parent);
  else
    find_name_attribute(options->filter, out);
  memcpy(out->filter, from.filter, sizeof out->filter);
  out->search = from.search;
  out->search.filter = radmfa_text(out->filter);
  if (lookup.is_dn) {
    memcpy(out->base, name->bind, sizeof out->base);
    out->search.base = radmfa_text(out->base);
  }
  add_attributes(options, out);
  return 0;
}

/* ---- entries ---- */

static bool first_value(const struct ldap_message *entry, const char *attribute,
                        radmfa_span *out_value) {
  size_t cursor = 0;
  return ldap_entry_next_value(entry, attribute, &cursor, out_value);
}

static bool is_machine_class(const struct ldap_message *entry) {
  radmfa_span value;
  size_t cursor = 0;
  while (ldap_entry_next_value(entry, class_attribute, &cursor, &value))
    if (fold_equal(value, radmfa_text("group")) || fold_equal(value, radmfa_text("computer")))
      return true;
  return false;
}

/* 0 where there is none, or what is no number. */
static long account_control(const struct ldap_message *entry) {
  char text[16];
  radmfa_span value;
  if (!first_value(entry, control_attribute, &value) || value.len >= sizeof text) return 0;
  if (value.len) memcpy(text, value.ptr, value.len);
  text[value.len] = '\0';
  return strtol(text, NULL, 10);
}

static bool copy_name(const struct ldap_message *entry, const char *attribute,
                      char out[LDAP_IDENTITY_MAX + 1]) {
  radmfa_span value;
  if (!*attribute || !first_value(entry, attribute, &value)) return false;
  if (value.len == 0 || value.len > LDAP_IDENTITY_MAX || memchr(value.ptr, '\0', value.len))
    return false;
  memcpy(out, value.ptr, value.len);
  out[value.len] = '\0';
  return true;
}

enum ldap_person_verdict ldap_person_read(const struct ldap_options *options,
                                          const struct ldap_person_search *search,
                                          const struct ldap_message *entry,
                                          struct ldap_person *out_person) {
  const struct ldap_lookup_options lookup_options = lookup_of(options);
  struct ldap_lookup lookup = {.n_entries = 0};
  struct ldap_person person;
  long control = account_control(entry);
  if (is_machine_class(entry) || (control & ACCOUNTS_OF_MACHINES)) return LDAP_PERSON_NONE;
  ldap_lookup_take_entry(&lookup, &lookup_options, entry);
  if (ldap_lookup_fault(&lookup, 0)) return LDAP_PERSON_UNFIT;
  if (!copy_name(entry, search->name_attribute, person.name) &&
      !copy_name(entry, "sAMAccountName", person.name) && !copy_name(entry, "uid", person.name))
    return LDAP_PERSON_UNFIT;
  memcpy(person.identity, lookup.identity, sizeof person.identity);
  person.phone = lookup.phone;
  if (!options->number_attribute) person.phone = (struct phone){.kind = PHONE_UNKNOWN};
  person.is_disabled = control & ACCOUNT_DISABLED;
  *out_person = person;
  return LDAP_PERSON_OK;
}
