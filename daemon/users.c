/* users.c: the users file becomes a table. Each entry is read key by key; every key says itself
 * what is wrong with its value. */
#include "users.h"

#include "arena.h"
#include "factor/call_keys.h"
#include "factor/prompts.h"
#include "factor/simulated.h"
#include "fold.h"
#include "yaml.h"

#include <radmfa/attr.h>

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define HASH_MEMORY_KIB_MAX (1u << 20) /* 1 GiB: more is a slip, and would stop the daemon */
#define HASH_PASSES_MAX 100u

struct users {
  struct user *users;
  size_t count;
  size_t *slots; /* open addressing, at most half full: index into users, plus 1 */
  size_t n_slots;
  struct arena texts;
  const char *any_hash;
  uint8_t key[FOLD_KEY_SIZE];
};

/* What one reading of a file needs beside the result. */
struct reading {
  struct users *users;
  struct diag *diag;
  struct clear {
    struct place first;
    size_t n;
  } passwords, pins; /* that stand there in clear */
};

/* ---- clear passwords and PINs ---- */

/* The key under which this process knows what was clear: in locked memory, in no core image. */
static uint8_t *digest_key;

static void make_digest_key(void) {
  if (sodium_init() < 0) return;
  digest_key = sodium_malloc(crypto_shorthash_siphashx24_KEYBYTES);
  if (!digest_key) return;
  randombytes_buf(digest_key, crypto_shorthash_siphashx24_KEYBYTES);
  sodium_mprotect_readonly(digest_key);
}

static bool has_digest_key(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_digest_key);
  return digest_key != NULL;
}

/* SipHash-2-4 with 128 bits: who lacks the key cannot tell its digests from chance, and it costs a
 * tenth of a hash that would have to hold without a key. It makes no copy of the secret. */
static void make_digest(uint8_t out_digest[USER_DIGEST_SIZE], radmfa_span secret) {
  crypto_shorthash_siphashx24(out_digest, secret.ptr, secret.len, digest_key);
}

static bool is_digest_of(const uint8_t want[USER_DIGEST_SIZE], radmfa_span secret) {
  uint8_t digest[USER_DIGEST_SIZE];
  if (!has_digest_key()) return false;
  make_digest(digest, secret);
  return sodium_memcmp(digest, want, sizeof digest) == 0;
}

bool users_clear_password_is(const struct user *user, radmfa_span password) {
  return is_digest_of(user->password_digest, password);
}

bool users_clear_pin_is(const struct user *user, radmfa_span pin) {
  return is_digest_of(user->pin_digest, pin);
}

/* ---- values ---- */

static radmfa_span span_of(const struct yaml_node *node) {
  return (radmfa_span){(const uint8_t *)node->text, node->len};
}

static bool has_nul(const struct yaml_node *node) {
  return memchr(node->text, 0, node->len) != NULL;
}

/* A copy, since the document is wiped after reading. */
static bool keep_text(struct reading *reading, const struct yaml_node *node,
                      const char **out_text) {
  *out_text = arena_copy(&reading->users->texts, node->text, node->len);
  if (!*out_text) diag_error(reading->diag, node->at, "out of memory");
  return *out_text != NULL;
}

static void read_name(struct reading *reading, const struct yaml_node *node, struct user *user) {
  if (node->len == 0 || node->len > RADMFA_ATTR_VALUE_SIZE_MAX || has_nul(node))
    diag_error(reading->diag, node->at, "`name` has 1 to %u octets and no NUL",
               RADMFA_ATTR_VALUE_SIZE_MAX);
  else
    keep_text(reading, node, &user->name);
}

static void count_clear(struct clear *clear, const struct yaml_node *node) {
  if (clear->n++ == 0) clear->first = node->at;
}

static void read_clear_password(struct reading *reading, const struct yaml_node *node,
                                struct user *user) {
  if (node->len == 0 || node->len > RADMFA_PASSWORD_SIZE_MAX) {
    diag_error(reading->diag, node->at, "`password` has 1 to %u octets, as RADIUS carries",
               RADMFA_PASSWORD_SIZE_MAX);
    return;
  }
  count_clear(&reading->passwords, node);
  make_digest(user->password_digest, span_of(node));
  user->password_kind = USER_PASSWORD_CLEAR;
}

/* "$argon2id$v=19$m=19456,t=2,p=1$...": what is wrong with it, or NULL. */
static const char *hash_fault(const struct yaml_node *node) {
  static const char prefix[] = "$argon2id$v=19$";
  unsigned memory_kib, passes;
  if (has_nul(node) || strncmp(node->text, prefix, sizeof prefix - 1) != 0 ||
      node->len >= crypto_pwhash_STRBYTES ||
      crypto_pwhash_str_needs_rehash(node->text, 2, crypto_pwhash_MEMLIMIT_MIN) < 0 ||
      sscanf(node->text + sizeof prefix - 1, "m=%9u,t=%9u", &memory_kib, &passes) != 2)
    return "is no Argon2id hash (`radmfactl hash` makes one: $argon2id$v=19$...)";
  if (memory_kib > HASH_MEMORY_KIB_MAX) return "wants more than 1 GiB of memory (m=1048576)";
  if (passes > HASH_PASSES_MAX) return "wants more than 100 passes (t=100)";
  return NULL;
}

static void read_password_hash(struct reading *reading, const struct yaml_node *node,
                               struct user *user) {
  const char *fault = hash_fault(node);
  if (fault)
    diag_error(reading->diag, node->at, "`password_hash` %s", fault);
  else if (keep_text(reading, node, &user->password_hash))
    user->password_kind = USER_PASSWORD_ARGON2ID;
}

static bool is_pin(const struct yaml_node *node) {
  return node->len >= CALL_PIN_MIN && node->len <= CALL_PIN_MAX &&
         strspn(node->text, "0123456789") == node->len;
}

static void read_clear_pin(struct reading *reading, const struct yaml_node *node,
                           struct user *user) {
  if (!is_pin(node)) {
    diag_error(reading->diag, node->at, "`pin` has %u to %u digits", CALL_PIN_MIN, CALL_PIN_MAX);
    return;
  }
  count_clear(&reading->pins, node);
  make_digest(user->pin_digest, span_of(node));
  user->pin_kind = USER_PIN_CLEAR;
}

static void read_pin_hash(struct reading *reading, const struct yaml_node *node,
                          struct user *user) {
  const char *fault = hash_fault(node);
  if (fault)
    diag_error(reading->diag, node->at, "`pin_hash` %s", fault);
  else if (keep_text(reading, node, &user->pin_hash))
    user->pin_kind = USER_PIN_ARGON2ID;
}

static void read_phone(struct reading *reading, const struct yaml_node *node, struct user *user) {
  user->has_number = number_parse(span_of(node), NULL, &user->number);
  if (user->has_number)
    keep_text(reading, node, &user->phone);
  else
    diag_error(reading->diag, node->at,
               "`phone` is a number with its country, as +15551234567, perhaps with an "
               "extension: +15551234567x890");
}

static void read_language(struct reading *reading, const struct yaml_node *node,
                          struct user *user) {
  if (!has_nul(node) && prompts_language_is_valid(node->text))
    keep_text(reading, node, &user->language);
  else
    diag_error(reading->diag, node->at, "`language` is one as en, de or pt-br, in lower case");
}

static void read_simulated_answer(struct reading *reading, const struct yaml_node *node,
                                  struct user *user) {
  if (!has_nul(node) && simulated_answer_parse(node->text, &user->simulated_answer))
    user->has_simulated_answer = true;
  else
    diag_error(reading->diag, node->at, "`answer` is one of %s", simulated_answer_words);
}

static void read_simulated_after(struct reading *reading, const struct yaml_node *node,
                                 struct user *user) {
  if (!has_nul(node) && duration_range_parse(node->text, &user->simulated_after))
    user->has_simulated_after = true;
  else
    diag_error(reading->diag, node->at, "`after` is a duration (3s) or a range (1s..5s)");
}

/* ---- keys ---- */

struct key {
  const char *name;
  enum yaml_kind kind;
  void (*read)(struct reading *reading, const struct yaml_node *node, struct user *user);
};

static void read_simulated(struct reading *, const struct yaml_node *, struct user *);

static const struct key user_keys[] = {
    {"name", YAML_SCALAR, read_name},
    {"password", YAML_SCALAR, read_clear_password},
    {"password_hash", YAML_SCALAR, read_password_hash},
    {"phone", YAML_SCALAR, read_phone},
    {"language", YAML_SCALAR, read_language},
    {"pin", YAML_SCALAR, read_clear_pin},
    {"pin_hash", YAML_SCALAR, read_pin_hash},
    {"simulated", YAML_MAPPING, read_simulated},
    {NULL, YAML_SCALAR, NULL},
};
static const char user_key_names[] =
    "name, password, password_hash, phone, language, pin, pin_hash, simulated";

static const struct key simulated_keys[] = {
    {"answer", YAML_SCALAR, read_simulated_answer},
    {"after", YAML_SCALAR, read_simulated_after},
    {NULL, YAML_SCALAR, NULL},
};
static const char simulated_key_names[] = "answer, after";

static void read_keys(struct reading *reading, const struct yaml_node *mapping,
                      const struct key *keys, const char *key_names, struct user *user) {
  for (const struct yaml_node *node = mapping->first; node; node = node->next) {
    const struct key *key = keys;
    while (key->name && !yaml_text_is(node->key, key->name)) key++;
    if (!key->name)
      diag_error(reading->diag, node->key->at, "unknown key; there are: %s", key_names);
    else if (node->kind != key->kind)
      diag_error(reading->diag, node->at, "`%s` is %s, not %s", key->name,
                 yaml_kind_name(key->kind), yaml_kind_name(node->kind));
    else
      key->read(reading, node, user);
  }
}

static void read_simulated(struct reading *reading, const struct yaml_node *node,
                           struct user *user) {
  read_keys(reading, node, simulated_keys, simulated_key_names, user);
}

static void check_only_one(struct reading *reading, const struct yaml_node *entry,
                           const char *clear, const char *hash) {
  const struct yaml_node *node = yaml_find(entry, hash);
  if (node && yaml_find(entry, clear))
    diag_error(reading->diag, node->key->at, "`%s` and `%s` exclude each other", clear, hash);
}

static void check_complete(struct reading *reading, const struct yaml_node *entry) {
  if (!yaml_find(entry, "name")) diag_error(reading->diag, entry->at, "a user needs a `name`");
  if (!yaml_find(entry, "password") && !yaml_find(entry, "password_hash"))
    diag_error(reading->diag, entry->at, "a user needs `password_hash` (or `password`)");
  check_only_one(reading, entry, "password", "password_hash");
  check_only_one(reading, entry, "pin", "pin_hash");
}

/* ---- the table ---- */

static bool is_named(const struct user *user, radmfa_span name) {
  return fold_equal(radmfa_text(user->name), name);
}

/* The slot of the user with that name, or the free one where he belongs. */
static size_t *slot_of(const struct users *users, radmfa_span name) {
  size_t i = (size_t)fold_hash(users->key, name) & (users->n_slots - 1);
  while (users->slots[i] && !is_named(&users->users[users->slots[i] - 1], name))
    i = (i + 1) & (users->n_slots - 1);
  return &users->slots[i];
}

static void index_user(struct reading *reading, const struct yaml_node *entry, size_t n) {
  const struct user *user = &reading->users->users[n];
  if (!user->name) return; /* it was told */
  size_t *slot = slot_of(reading->users, radmfa_text(user->name));
  if (*slot == 0)
    *slot = n + 1;
  else
    diag_error(reading->diag, yaml_find(entry, "name")->at, "this name was given before");
}

static bool make_room(struct users *users, size_t count) {
  users->n_slots = 2;
  while (users->n_slots < count * 2) users->n_slots *= 2;
  users->users = calloc(count ? count : 1, sizeof *users->users);
  users->slots = calloc(users->n_slots, sizeof *users->slots);
  return users->users && users->slots;
}

static void read_user(struct reading *reading, const struct yaml_node *entry) {
  if (entry->kind != YAML_MAPPING) {
    diag_error(reading->diag, entry->at, "a user is a mapping, as {name: alice, ...}");
    return;
  }
  struct users *users = reading->users;
  size_t n = users->count++;
  read_keys(reading, entry, user_keys, user_key_names, &users->users[n]);
  check_complete(reading, entry);
  index_user(reading, entry, n);
  if (!users->any_hash) users->any_hash = users->users[n].password_hash;
}

static void warn_of_clear(const struct reading *reading, const struct clear *clear,
                          const char *what, const char *advice) {
  if (clear->n)
    diag_warn(reading->diag, clear->first, "%zu %s%s in clear; %s", clear->n, what,
              clear->n == 1 ? "" : "s", advice);
}

static void read_users(struct reading *reading, const struct yaml_node *root) {
  if (root->kind == YAML_SCALAR && root->len == 0) return; /* an empty file: nobody */
  if (root->kind != YAML_SEQUENCE) {
    diag_error(reading->diag, root->at, "a users file is a list, not %s",
               yaml_kind_name(root->kind));
    return;
  }
  for (const struct yaml_node *entry = root->first; entry; entry = entry->next)
    read_user(reading, entry);
  warn_of_clear(reading, &reading->passwords, "password",
                "`radmfactl hash` makes a `password_hash`");
  warn_of_clear(reading, &reading->pins, "PIN", "`radmfactl hash --pin` makes a `pin_hash`");
}

/* Takes the document over. */
static struct users *users_read(struct yaml_doc *doc, struct diag *diag) {
  if (!doc) return NULL;
  const struct yaml_node *root = yaml_doc_root(doc);
  struct users *users = calloc(1, sizeof *users);
  if (!users || !has_digest_key() || !make_room(users, root->count)) {
    diag_error(diag, root->at, "out of memory");
    yaml_doc_free(doc);
    users_free(users);
    return NULL;
  }
  randombytes_buf(users->key, sizeof users->key);
  int errors_before = diag->errors;
  struct reading reading = {.users = users, .diag = diag};
  read_users(&reading, root);
  yaml_doc_free(doc);
  if (diag->errors == errors_before) return users;
  users_free(users);
  return NULL;
}

struct users *users_load(const char *path, struct diag *diag) {
  return users_read(yaml_doc_load(path, diag), diag);
}

struct users *users_parse(const char *name, const char *bytes, size_t len, struct diag *diag) {
  return users_read(yaml_doc_parse(name, bytes, len, diag), diag);
}

void users_free(struct users *users) {
  if (!users) return;
  arena_free(&users->texts);
  free(users->users);
  free(users->slots);
  free(users);
}

/* ---- asking ---- */

static const struct user *find(const struct users *users, radmfa_span name) {
  size_t n = *slot_of(users, name);
  return n ? &users->users[n - 1] : NULL;
}

radmfa_span users_without_domain(radmfa_span typed) {
  radmfa_span name = typed;
  const uint8_t *backslash = name.len ? memchr(name.ptr, '\\', name.len) : NULL;
  if (backslash) {
    name.ptr = backslash + 1;
    name.len -= (size_t)(name.ptr - typed.ptr);
  }
  const uint8_t *at = name.len ? memrchr(name.ptr, '@', name.len) : NULL;
  if (at) name.len = (size_t)(at - name.ptr);
  return name.len ? name : typed;
}

const struct user *users_find(const struct users *users, radmfa_span typed) {
  const struct user *user = find(users, typed);
  if (user) return user;
  radmfa_span name = users_without_domain(typed);
  return name.len == typed.len ? NULL : find(users, name);
}

size_t users_count(const struct users *users) {
  return users->count;
}

const char *users_any_hash(const struct users *users) {
  return users->any_hash;
}

void users_simulated(void *users, radmfa_span identity, radmfa_factor_answer *inout_answer,
                     struct duration_range *inout_after) {
  const struct user *user = users_find(users, identity);
  if (!user) return;
  if (user->has_simulated_answer) *inout_answer = user->simulated_answer;
  if (user->has_simulated_after) *inout_after = user->simulated_after;
}
