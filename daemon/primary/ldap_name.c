/* ldap_name.c: taking typed names apart, putting bind names together, escaping. */
#include "ldap_name.h"

#include "../fold.h"
#include "../utf8.h"

#include <radmfa/error.h>

#include <string.h>

#define USER_PLACE "{user}"

/* ---- text in the caller's memory; an end that does not fit sticks ---- */

struct text {
  char *out;
  size_t size, len;
  bool is_cut;
};

static void append(struct text *text, const void *octets, size_t len) {
  if (len >= text->size - text->len) text->is_cut = true;
  if (text->is_cut) return;
  memcpy(text->out + text->len, octets, len);
  text->len += len;
}

static void append_hex(struct text *text, uint8_t octet) {
  static const char digits[] = "0123456789abcdef";
  const char escaped[] = {'\\', digits[octet >> 4], digits[octet & 15]};
  append(text, escaped, sizeof escaped);
}

static int end(struct text *text) {
  if (text->is_cut || !text->size) return RADMFA_E_TOO_BIG;
  text->out[text->len] = '\0';
  return 0;
}

/* ---- escaping ---- */

static bool stands_in_filter(uint8_t c) {
  return c >= 0x20 && c < 0x7f && !strchr("()*\\", c);
}

int ldap_escape_filter(radmfa_span value, char *out, size_t size) {
  struct text text = {out, size, 0, !size};
  for (size_t i = 0; i < value.len; i++)
    if (stands_in_filter(value.ptr[i]))
      append(&text, &value.ptr[i], 1);
    else
      append_hex(&text, value.ptr[i]);
  return end(&text);
}

/* What RFC 4514 2.4 escapes at the ends only is escaped everywhere (section 3 allows it), since the
 * value may have something of a template beside it. */
static void append_for_dn(struct text *text, radmfa_span value) {
  for (size_t i = 0; i < value.len; i++) {
    uint8_t c = value.ptr[i];
    if (c < 0x20 || c == 0x7f) {
      append_hex(text, c);
      continue;
    }
    if (strchr(" #\"+,;<=>\\", c)) append(text, "\\", 1);
    append(text, &c, 1);
  }
}

int ldap_escape_dn(radmfa_span value, char *out, size_t size) {
  struct text text = {out, size, 0, !size};
  append_for_dn(&text, value);
  return end(&text);
}

/* ---- taking a name apart ---- */

/* UTF-8 without control characters of ASCII and Latin-1. */
static bool is_clean(radmfa_span name) {
  while (name.len) {
    uint32_t code;
    size_t len = utf8_decode(name, &code);
    if (!len || code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
    name = (radmfa_span){name.ptr + len, name.len - len};
  }
  return true;
}

/* Directories match names without regard to spaces around them (RFC 4518 2.6.1): "alice " must not
 * be one more user to count failures of. */
static radmfa_span without_spaces(radmfa_span name) {
  while (name.len && name.ptr[0] == ' ') name = (radmfa_span){name.ptr + 1, name.len - 1};
  while (name.len && name.ptr[name.len - 1] == ' ') name.len--;
  return name;
}

static bool is_ours(const struct ldap_names *names, radmfa_span domain) {
  for (size_t i = 0; i < names->n_domains; i++)
    if (fold_equal(radmfa_text(names->domains[i]), domain)) return true;
  return false;
}

/* Takes "DOMAIN\" off the front. */
static bool strip_front(const struct ldap_names *names, radmfa_span *inout_name) {
  const uint8_t *at = memchr(inout_name->ptr, '\\', inout_name->len);
  if (!at) return true;
  size_t len = (size_t)(at - inout_name->ptr);
  if (!is_ours(names, (radmfa_span){inout_name->ptr, len})) return false;
  *inout_name = (radmfa_span){at + 1, inout_name->len - len - 1};
  return true;
}

/* Takes "@domain" off the end. */
static bool strip_end(const struct ldap_names *names, radmfa_span *inout_name) {
  const uint8_t *at = memrchr(inout_name->ptr, '@', inout_name->len);
  if (!at) return true;
  size_t len = (size_t)(at - inout_name->ptr);
  if (!is_ours(names, (radmfa_span){at + 1, inout_name->len - len - 1})) return false;
  inout_name->len = len;
  return true;
}

static bool find_user(const struct ldap_names *names, radmfa_span typed, radmfa_span *out_user) {
  radmfa_span user = typed;
  if (!user.len || !strip_front(names, &user) || !strip_end(names, &user)) return false;
  user = without_spaces(user);
  if (!user.len || memchr(user.ptr, '\\', user.len) || memchr(user.ptr, '@', user.len))
    return false;
  *out_user = user;
  return true;
}

/* ---- putting the bind name together ---- */

bool ldap_template_is_dn(const char *bind_template) {
  static const char type[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
  const char *text = bind_template + strspn(bind_template, " ");
  size_t len = strspn(text, type);
  return len && text[len + strspn(text + len, " ")] == '=';
}

/* False where it does not fit, or the template would make everybody the same user. */
static bool fill_in(const char *bind_template, radmfa_span user, char out[LDAP_BIND_SIZE]) {
  struct text text = {out, LDAP_BIND_SIZE, 0, false};
  const char *rest = bind_template, *place = strstr(rest, USER_PLACE);
  bool is_dn = ldap_template_is_dn(bind_template);
  if (!place) return false;
  for (; place; place = strstr(rest, USER_PLACE)) {
    append(&text, rest, (size_t)(place - rest));
    if (is_dn)
      append_for_dn(&text, user);
    else
      append(&text, user.ptr, user.len);
    rest = place + strlen(USER_PLACE);
  }
  append(&text, rest, strlen(rest));
  return end(&text) == 0;
}

static bool copy(radmfa_span from, char *out, size_t size) {
  struct text text = {out, size, 0, false};
  append(&text, from.ptr, from.len);
  return end(&text) == 0;
}

enum ldap_name_verdict ldap_name_make(const struct ldap_names *names, radmfa_span typed,
                                      struct ldap_name *out_name) {
  struct ldap_name name;
  radmfa_span user;
  typed = without_spaces(typed);
  if (!is_clean(typed) || !find_user(names, typed, &user)) return LDAP_NAME_REFUSED;
  if (!copy(user, name.user, sizeof name.user)) return LDAP_NAME_REFUSED;
  bool is_made = names->bind ? fill_in(names->bind, user, name.bind)
                             : copy(typed, name.bind, sizeof name.bind);
  if (!is_made) return LDAP_NAME_REFUSED;
  *out_name = name;
  return LDAP_NAME_OK;
}

/* ---- distinguished names of a configuration ---- */

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The octets of one character of a value, or of what escapes it; 0: none begins here. */
static size_t value_length(const char *at) {
  if (*at != '\\') return *at && !strchr("\"+,;<>", *at);
  if (at[1] && strchr("\"+,;<>\\ #=", at[1])) return 2;
  return is_hex(at[1]) && is_hex(at[2]) ? 3 : 0;
}

/* Behind an attribute and its value, or NULL where there are none. */
static const char *skip_pair(const char *at) {
  static const char type[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  at += strspn(at, " ");
  size_t len = strspn(at, type);
  if (!len || at[len] != '=') return NULL;
  const char *value = at += len + 1;
  while ((len = value_length(at)) > 0) at += len;
  return at > value ? at : NULL;
}

bool ldap_is_dn(const char *text) {
  if (strlen(text) > LDAP_DN_MAX) return false;
  for (const char *at = skip_pair(text); at; at = skip_pair(at + 1)) {
    if (!*at) return true;
    if (*at != ',' && *at != '+') return false;
  }
  return false;
}
