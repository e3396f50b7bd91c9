/* values.c: one reader for each kind of value. */
#include "values.h"

#include "choices.h"
#include "ldap_url.h"
#include "number.h"
#include "port_range.h"
#include "primary/ldap_name.h"
#include "sip_uri.h"
#include "size.h"
#include "trust.h"

#include <stdlib.h>
#include <string.h>

#define SECRET_LEN_GOOD 16u
#define ADDRESS_LEN (offsetof(radmfa_address, port) + sizeof(uint16_t)) /* without padding */

void *field(const struct schema_row *row, void *base) {
  return (char *)base + row->offset;
}

void set_count(const struct schema_row *row, void *base, size_t count) {
  memcpy((char *)base + row->count_offset, &count, sizeof count);
}

/* The field is a bool, or an enum or number of 32 bits. */
static void set_number(const struct schema_row *row, void *base, uint32_t number) {
  bool truth = number != 0;
  memcpy(field(row, base), row->size == sizeof truth ? (void *)&truth : (void *)&number, row->size);
}

static void *no_memory(struct reader *r, struct place at) {
  diag_error(r->diag, at, "out of memory");
  return NULL;
}

void *new_array(struct reader *r, struct place at, size_t count, size_t size) {
  void *memory = arena_array(&r->config->memory, count, size);
  return memory ? memory : no_memory(r, at);
}

static char *new_text(struct reader *r, struct place at, const char *text, size_t len) {
  char *copy = arena_copy(&r->config->memory, text, len);
  return copy ? copy : no_memory(r, at);
}

static void note_unique(struct reader *r, const struct schema_row *row, const void *bytes,
                        size_t len, struct place at) {
  struct unique *unique = new_array(r, at, 1, sizeof *unique);
  if (!unique) return;
  *unique = (struct unique){r->uniques, row, r->list, bytes, len, at};
  r->uniques = unique;
  r->n_uniques++;
}

bool is_kind(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
             enum yaml_kind kind) {
  if (value->kind == kind) return true;
  diag_error(r->diag, value->at, "`%s` must be %s, not %s", row->key, yaml_kind_name(kind),
             yaml_kind_name(value->kind));
  return false;
}

const char *text_of(struct reader *r, const struct schema_row *row, const struct yaml_node *value) {
  if (!is_kind(r, row, value, YAML_SCALAR)) return NULL;
  if (value->len && strlen(value->text) == value->len) return value->text;
  diag_error(r->diag, value->at, value->len ? "`%s` must not hold a NUL" : "`%s` is empty",
             row->key);
  return NULL;
}

/* ---- one reader for each kind ---- */

static const struct schema_word *find_word(const struct schema_word *words, const char *text) {
  for (; words && words->word; words++) {
    if (!strcmp(words->word, text)) return words;
  }
  return NULL;
}

static void report_word(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value) {
  struct choices choices = {.wanted = value->text};
  for (const struct schema_word *word = row->words; word->word; word++) {
    if (!word->later) choices_add(&choices, word->word);
  }
  diag_error(r->diag, value->at, "`%s` must be one of: %s, not `%s`%s", row->key, choices.list,
             value->text, choices_hint(&choices));
}

static bool take_word(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const struct schema_word *word = find_word(row->words, value->text);
  if (!word) return false;
  if (word->later) diag_error(r->diag, value->at, "%s `%s` is not built yet", row->key, word->word);
  if (word->warning) diag_warn(r->diag, value->at, "%s", word->warning);
  set_number(row, base, word->value);
  return true;
}

void read_word(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
               void *base) {
  if (text_of(r, row, value) && !take_word(r, row, value, base)) report_word(r, row, value);
}

/* Digits alone, of at most a billion. */
static bool parse_count(const char *text, uint32_t *out_count) {
  size_t len = strspn(text, "0123456789");
  if (!len || len > 9 || text[len]) return false;
  *out_count = (uint32_t)strtoul(text, NULL, 10);
  return true;
}

/* RFC 4291 2.5.5.2 */
bool is_ipv4(const radmfa_address *address) {
  static const uint8_t mapped[IPV4_OFFSET] = {[10] = 0xff, [11] = 0xff};
  return !memcmp(address->ip, mapped, sizeof mapped);
}

bool has_control_character(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) return true;
  return false;
}

size_t range_most(const char *range) {
  return strtoul(strstr(range, "..") + 2, NULL, 10);
}

static bool is_count_in(const char *range, uint32_t count) {
  return count >= strtoul(range, NULL, 10) && count <= range_most(range);
}

static void read_count(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base) {
  uint32_t count;
  const char *text = text_of(r, row, value);
  if (!text || take_word(r, row, value, base)) return;
  if (parse_count(text, &count) && is_count_in(row->range, count)) {
    set_number(row, base, count);
  } else {
    diag_error(r->diag, value->at, "`%s` must be a whole number in %s%s%s, not `%s`", row->key,
               row->range, row->words ? " or " : "", row->words ? row->words->word : "", text);
  }
}

static void read_size(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const char *text = text_of(r, row, value), *dots = strstr(row->range, "..");
  char least_text[16] = "";
  uint32_t octets, least = 0, most = 0;
  if (!text) return;
  memcpy(least_text, row->range, (size_t)(dots - row->range));
  if (size_parse(least_text, &least) && size_parse(dots + 2, &most) && size_parse(text, &octets) &&
      octets >= least && octets <= most)
    set_number(row, base, octets);
  else
    diag_error(r->diag, value->at,
               "`%s` must be a size with its unit (KiB, MiB, GiB) in %s, not `%s`", row->key,
               row->range, text);
}

static void take_duration(struct reader *r, const struct schema_row *row,
                          const struct yaml_node *value, void *base, const char *what) {
  struct duration_range allowed = {0}, given;
  bool is_pair = row->kind == SCHEMA_DURATION_RANGE;
  const char *text = text_of(r, row, value);
  if (!text || take_word(r, row, value, base)) return;
  bool valid = duration_range_parse(row->range, &allowed) && duration_range_parse(text, &given) &&
               given.min_ms >= allowed.min_ms && given.max_ms <= allowed.max_ms &&
               (is_pair || !strstr(text, ".."));
  if (valid) {
    memcpy(field(row, base), &given, row->size); /* the first half, where it is no range */
  } else {
    diag_error(r->diag, value->at, "`%s` must be %s in %s%s%s, not `%s`", row->key, what,
               row->range, row->words ? " or " : "", row->words ? row->words->word : "", text);
  }
}

static void read_duration(struct reader *r, const struct schema_row *row,
                          const struct yaml_node *value, void *base) {
  take_duration(r, row, value, base, "a duration with its unit (ms, s, m, h)");
}

static void read_duration_range(struct reader *r, const struct schema_row *row,
                                const struct yaml_node *value, void *base) {
  take_duration(r, row, value, base,
                "a duration with its unit (ms, s, m, h), or a range (1s..5s),");
}

const char *take_name(struct reader *r, const struct schema_row *row,
                      const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  if (value->len <= RADMFA_NAME_SIZE_MAX) return new_text(r, value->at, text, value->len);
  diag_error(r->diag, value->at, "a name has at most %u octets", RADMFA_NAME_SIZE_MAX);
  return NULL;
}

static void read_name(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const char *name = take_name(r, row, value);
  if (name) note_unique(r, row, name, value->len, value->at);
  memcpy(field(row, base), &name, sizeof name);
}

/* The path with the configuration's folder before it where it is relative; NULL after an error. */
static const char *path_of(struct reader *r, const struct schema_row *row,
                           const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  const char *file = r->config->file, *slash = strrchr(file, '/');
  size_t folder_len = *text != '/' && slash ? (size_t)(slash - file) + 1 : 0;
  char *path = new_array(r, value->at, folder_len + value->len + 1, 1);
  if (!path) return NULL;
  memcpy(path, file, folder_len);
  memcpy(path + folder_len, text, value->len);
  return path;
}

static void read_path(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const char *path = path_of(r, row, value);
  memcpy(field(row, base), &path, sizeof path);
}

static void read_trust(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base) {
  radmfa_tls_context *trust = NULL;
  const char *path = path_of(r, row, value);
  const char *problem = path ? trust_from_file(path, &trust) : NULL;
  if (problem) diag_error(r->diag, value->at, "`%s`: %s", row->key, problem);
  memcpy(field(row, base), &trust, sizeof trust);
}

/* Who uses it reads it again, so only whether it is one is told here. */
static void read_trust_path(struct reader *r, const struct schema_row *row,
                            const struct yaml_node *value, void *base) {
  radmfa_tls_context *trust = NULL;
  const char *path = path_of(r, row, value);
  const char *problem = path ? trust_from_file(path, &trust) : NULL;
  radmfa_tls_context_unref(trust);
  if (problem)
    diag_error(r->diag, value->at, "`%s`: %s", row->key, problem);
  else
    memcpy(field(row, base), &path, sizeof path);
}

static void read_text(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const char *text = text_of(r, row, value);
  size_t len_max = row->range ? range_most(row->range) : RADMFA_ATTR_VALUE_SIZE_MAX;
  if (text && value->len > len_max) {
    diag_error(r->diag, value->at, "`%s` has at most %zu octets", row->key, len_max);
  } else if (text) {
    const char *copy = new_text(r, value->at, text, value->len);
    memcpy(field(row, base), &copy, sizeof copy);
  }
}

static void read_days(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  uint32_t days;
  const char *text = text_of(r, row, value);
  if (!text || take_word(r, row, value, base)) return;
  if (days_parse(text, &days))
    set_number(row, base, days);
  else
    diag_error(r->diag, value->at, "`%s` must be days with their unit (d) in %s or %s, not `%s`",
               row->key, row->range, row->words->word, text);
}

static void read_rate(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  struct rate rate = {0};
  const char *text = text_of(r, row, value);
  if (!text) return;
  if (find_word(row->words, text) || rate_parse(text, &rate))
    memcpy(field(row, base), &rate, sizeof rate);
  else
    diag_error(r->diag, value->at,
               "`%s` must be a number in 1..1000 and a time of at least 1s, as 3/30m, or %s, not "
               "`%s`",
               row->key, row->words->word, text);
}

/* Compared as names of domains and entries are: without regard to case. */
static void note_folded(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value) {
  char *folded = new_text(r, value->at, value->text, value->len);
  for (char *c = folded; c && *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
  if (folded) note_unique(r, row, folded, value->len, value->at);
}

static const char *take_domain(struct reader *r, const struct schema_row *row,
                               const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  if (value->len <= RADMFA_ATTR_VALUE_SIZE_MAX && !strpbrk(text, "\\@")) {
    note_folded(r, row, value);
    return new_text(r, value->at, text, value->len);
  }
  diag_error(r->diag, value->at, "`%s` are names alone, as CORP or corp.example, not `%s`",
             row->key, text);
  return NULL;
}

/* One of a list of texts; NULL after an error. */
typedef const char *take_fn(struct reader *r, const struct schema_row *row,
                            const struct yaml_node *value);

static void read_texts(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base, take_fn *take) {
  const struct yaml_node *outer = r->list;
  if (!is_kind(r, row, value, YAML_SEQUENCE)) return;
  if (!value->count) diag_error(r->diag, value->at, "`%s` needs at least one", row->key);
  const char **texts = new_array(r, value->at, value->count, sizeof *texts);
  if (!texts) return;
  size_t count = 0;
  r->list = value;
  for (const struct yaml_node *one = value->first; one; one = one->next)
    texts[count++] = take(r, row, one);
  r->list = outer;
  memcpy(field(row, base), &texts, sizeof texts);
  set_count(row, base, count);
}

static void read_domains(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  read_texts(r, row, value, base, take_domain);
}

static const char *take_entry(struct reader *r, const struct schema_row *row,
                              const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  if (ldap_is_dn(text)) {
    note_folded(r, row, value);
    return new_text(r, value->at, text, value->len);
  }
  diag_error(r->diag, value->at,
             "`%s` are distinguished names, as cn=staff,ou=groups,dc=corp,dc=example, not `%s`",
             row->key, text);
  return NULL;
}

static void read_entries(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  size_t most = range_most(row->range);
  if (value->kind == YAML_SEQUENCE && value->count > most)
    diag_error(r->diag, value->at, "`%s` has at most %zu", row->key, most);
  else
    read_texts(r, row, value, base, take_entry);
}

static const char *take_user(struct reader *r, const struct schema_row *row,
                             const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  if (value->len <= RADMFA_ATTR_VALUE_SIZE_MAX) {
    note_folded(r, row, value);
    return new_text(r, value->at, text, value->len);
  }
  diag_error(r->diag, value->at, "`%s` are names of at most %u octets", row->key,
             RADMFA_ATTR_VALUE_SIZE_MAX);
  return NULL;
}

static void read_users(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base) {
  read_texts(r, row, value, base, take_user);
}

/* ---- telephony ---- */

static void set_text(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                     const char *text, void *base) {
  const char *copy = new_text(r, value->at, text, strlen(text));
  memcpy(field(row, base), &copy, sizeof copy);
}

/* What has a user may have his password, too, and is not repeated. */
static void read_sip_uri(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  struct sip_uri uri;
  char canonical[SIP_URI_TEXT_SIZE];
  const char *text = text_of(r, row, value);
  if (!text) return;
  const char *problem = sip_uri_parse(text, &uri);
  if (problem) {
    bool has_user = strchr(text, '@') != NULL;
    diag_error(r->diag, value->at, "`%s` %s%s%s%s", row->key, problem, has_user ? "" : ", not `",
               has_user ? "" : text, has_user ? "" : "`");
    return;
  }
  sip_uri_format(&uri, canonical);
  set_text(r, row, value, canonical, base);
}

static void read_number(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value, void *base) {
  struct number number;
  const char *text = text_of(r, row, value);
  if (!text) return;
  if (*text == '+' && number_parse(radmfa_text(text), NULL, &number) && !*number.extension)
    set_text(r, row, value, number.e164, base);
  else
    diag_error(r->diag, value->at,
               "`%s` must be a number with its country and without an extension, as "
               "\"+15551230000\", not `%s`",
               row->key, text);
}

static const char *take_number_prefix(struct reader *r, const struct schema_row *row,
                                      const struct yaml_node *value) {
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  size_t n = *text == '+' ? strspn(text + 1, "0123456789") : 0;
  if (n && n <= NUMBER_DIGITS_MAX && !text[1 + n] && text[1] != '0') {
    note_folded(r, row, value);
    return new_text(r, value->at, text, value->len);
  }
  diag_error(
      r->diag, value->at,
      "`%s` are beginnings of numbers, as \"+44\" or \"+1555\": a plus and 1 to %u digits, not "
      "`%s`",
      row->key, NUMBER_DIGITS_MAX, text);
  return NULL;
}

static void read_number_prefixes(struct reader *r, const struct schema_row *row,
                                 const struct yaml_node *value, void *base) {
  read_texts(r, row, value, base, take_number_prefix);
}

static void read_digits(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value, void *base) {
  const char *text = text_of(r, row, value);
  if (!text || find_word(row->words, text)) return;
  size_t n = strspn(text, "0123456789");
  if (!text[n] && n <= range_most(row->range))
    set_text(r, row, value, text, base);
  else
    diag_error(r->diag, value->at, "`%s` must be %s digits or %s, not `%s`", row->key, row->range,
               row->words->word, text);
}

static void read_ports(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base) {
  const char *text = text_of(r, row, value);
  if (text && !port_range_parse(text, field(row, base)))
    diag_error(r->diag, value->at,
               "`%s` must be two even numbers in %u..65534, as 16384..32766, not `%s`", row->key,
               PORT_RANGE_MIN, text);
}

/* ---- hosts and addresses ---- */

#define LDAP_URL_LEN offsetof(struct ldap_url, is_ldaps) /* host and port */

static void read_ldap_url(struct reader *r, const struct schema_row *row,
                          const struct yaml_node *value, void *base) {
  const char *text = text_of(r, row, value);
  if (!text) return;
  const char *problem = ldap_url_parse(text, field(row, base));
  if (problem)
    diag_error(r->diag, value->at, "`%s` %s, not `%s`", row->key, problem, text);
  else
    note_unique(r, row, field(row, base), LDAP_URL_LEN, value->at);
}

/* Also where it is 0, which radmfa_address_parse gives for none. */
static bool has_port(const char *text) {
  const char *colon = strchr(text, ':');
  return *text == '[' ? strstr(text, "]:") != NULL : colon && colon == strrchr(text, ':');
}

static void read_address(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  radmfa_address address;
  const char *text = text_of(r, row, value);
  if (!text) return;
  bool valid = !radmfa_address_parse(text, &address);
  if (valid && !has_port(text)) address.port = row->standard_port;
  if (valid && address.port) {
    memcpy(field(row, base), &address, sizeof address);
    note_unique(r, row, field(row, base), ADDRESS_LEN, value->at);
  } else {
    const char *what = row->standard_port
                           ? ", perhaps with a port, as 10.0.3.4 or [2001:db8::4]:1812"
                           : " with a port, as 0.0.0.0:1812 or [::]:1812";
    diag_error(r->diag, value->at, "`%s` must be an address%s, not `%s`", row->key, what, text);
  }
}

static void read_ip(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                    void *base) {
  radmfa_address address;
  const char *text = text_of(r, row, value);
  if (!text) return;
  if (radmfa_address_parse(text, &address) || has_port(text))
    diag_error(r->diag, value->at,
               "`%s` must be an address without a port, as 10.0.3.1 or 2001:db8::1, not `%s`",
               row->key, text);
  else
    memcpy(field(row, base), &address, sizeof address);
}

static void take_prefix(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value, radmfa_prefix *prefix) {
  const char *text = text_of(r, row, value);
  if (!text) return;
  if (radmfa_prefix_parse(text, prefix)) {
    diag_error(r->diag, value->at,
               "`%s` must be an address or a network whose host bits are 0, as 10.0.1.23 or "
               "10.0.1.0/24, not `%s`",
               row->key, text);
  } else {
    note_unique(r, row, prefix, sizeof *prefix, value->at);
  }
}

static void read_prefixes(struct reader *r, const struct schema_row *row,
                          const struct yaml_node *value, void *base) {
  bool is_list = value->kind == YAML_SEQUENCE;
  size_t count = is_list ? value->count : 1;
  if (!count) diag_error(r->diag, value->at, "`%s` needs at least one", row->key);
  radmfa_prefix *prefixes = new_array(r, value->at, count, sizeof *prefixes);
  if (!prefixes) return;
  const struct yaml_node *one = is_list ? value->first : value;
  for (size_t i = 0; i < count; i++, one = one->next) take_prefix(r, row, one, &prefixes[i]);
  memcpy(field(row, base), &prefixes, sizeof prefixes);
  set_count(row, base, count);
}

/* A message never repeats what stands there: it may be the secret itself, under the wrong key. */
static const char *take_secret(struct reader *r, const struct schema_row *row,
                               const struct yaml_node *value, struct secret *secret) {
  const char *form = value->key->text + strlen(row->key);
  if (!*form) {
    diag_warn(r->diag, value->at, "a secret in the configuration itself; `%s_file` is safer",
              row->key);
    return secret_from_text(value->text, value->len, secret);
  }
  const char *text = text_of(r, row, value);
  if (!text) return NULL;
  if (!strcmp(form, "_env")) return secret_from_env(text, secret);
  const char *path = path_of(r, row, value);
  if (!path) return NULL;
  if (secret_file_is_world_readable(path))
    diag_warn(r->diag, value->at, "every user of this machine may read that file");
  return secret_from_file(path, secret);
}

static void read_secret(struct reader *r, const struct schema_row *row,
                        const struct yaml_node *value, void *base) {
  struct secret *secret = field(row, base);
  if (!is_kind(r, row, value, YAML_SCALAR)) return;
  const char *problem = take_secret(r, row, value, secret);
  bool is_password = row->kind == SCHEMA_PASSWORD;
  if (!problem && is_password && secret->len > RADMFA_PASSWORD_SIZE_MAX)
    problem = "is longer than 128 octets";
  if (problem) diag_error(r->diag, value->at, "`%s`: %s", value->key->text, problem);
  if (secret->bytes && !is_password && secret->len < SECRET_LEN_GOOD)
    diag_warn(r->diag, value->at, "a secret of less than %u octets can be found by trial",
              SECRET_LEN_GOOD);
}

read_fn *value_reader(enum schema_kind kind) {
  static read_fn *const readers[] = {
      [SCHEMA_NAME] = read_name,
      [SCHEMA_PATH] = read_path,
      [SCHEMA_WORD] = read_word,
      [SCHEMA_COUNT] = read_count,
      [SCHEMA_SIZE] = read_size,
      [SCHEMA_DURATION] = read_duration,
      [SCHEMA_DURATION_RANGE] = read_duration_range,
      [SCHEMA_DAYS] = read_days,
      [SCHEMA_RATE] = read_rate,
      [SCHEMA_TEXT] = read_text,
      [SCHEMA_DOMAINS] = read_domains,
      [SCHEMA_ENTRIES] = read_entries,
      [SCHEMA_USERS] = read_users,
      [SCHEMA_LDAP_URL] = read_ldap_url,
      [SCHEMA_TRUST] = read_trust,
      [SCHEMA_TRUST_PATH] = read_trust_path,
      [SCHEMA_SIP_URI] = read_sip_uri,
      [SCHEMA_NUMBER] = read_number,
      [SCHEMA_NUMBER_PREFIXES] = read_number_prefixes,
      [SCHEMA_DIGITS] = read_digits,
      [SCHEMA_PORTS] = read_ports,
      [SCHEMA_ADDRESS] = read_address,
      [SCHEMA_IP] = read_ip,
      [SCHEMA_PREFIXES] = read_prefixes,
      [SCHEMA_SECRET] = read_secret,
      [SCHEMA_PASSWORD] = read_secret,
  };
  return readers[kind];
}
