/* verbs_user.c: users are added, shown, changed and removed. */
#include "verb_inside.h"

#include "../blocklist.h"
#include "../config.h"
#include "../duration.h"
#include "../factor/prompts.h"
#include "../number.h"
#include "../primary/ldap_person.h"
#include "../site.h"
#include "../users.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LIST_DEFAULT 100u
#define LIST_MAX 500u

/* ---- numbers ---- */

/* What of a number has come. */
struct number_arguments {
  const char *number, *extension, *country_code;
};

static bool take_number_arguments(struct control_call *call, const json_t *arguments,
                                  struct number_arguments *out) {
  *out = (struct number_arguments){0};
  return take_text(call, arguments, "number", &out->number) &&
         take_text(call, arguments, "extension", &out->extension) &&
         take_text(call, arguments, "country_code", &out->country_code);
}

static bool add_extension(const char *extension, struct number *inout_number) {
  size_t len = strlen(extension);
  if (len > NUMBER_EXTENSION_MAX || strspn(extension, "0123456789") != len) return false;
  memcpy(inout_number->extension, extension, len + 1);
  return true;
}

static bool parse_number(struct control_call *call, const struct number_arguments *from,
                         struct number *out_number) {
  const char *code = from->country_code;
  if (code && *code == '+') code++;
  if (code && !country_code_is_valid(code))
    control_fail(call, "invalid", "`%.20s` is no country code", code);
  else if (!number_parse(radmfa_text(from->number), code, out_number))
    control_fail(call, "invalid",
                 "`%.40s` is no telephone number: write it as +15551230001, or +15551230001x890",
                 from->number);
  else if (from->extension && !add_extension(from->extension, out_number))
    control_fail(call, "invalid", "an extension has %u digits at most", NUMBER_EXTENSION_MAX);
  else
    return true;
  return false;
}

static bool is_allowed(struct control_call *call, const struct control_world *world,
                       const char *primary, const struct number *number) {
  struct site *site = world->hold_site(world->app);
  bool allowed = site_number_allowed(site, primary, number);
  world->release_site(world->app, site);
  if (!allowed)
    control_fail(call, "invalid", "%s may not be called: see allowed_prefixes and denied_prefixes",
                 number->e164);
  return allowed;
}

/* An extension without a number is one of the number that is there; null: it has none. */
static bool set_extension(struct control_call *call, const char *extension, struct number *number) {
  if (add_extension(extension ? extension : "", number)) return true;
  control_fail(call, "invalid", "an extension has %u digits at most", NUMBER_EXTENSION_MAX);
  return false;
}

static bool no_number(struct control_call *call, const struct number_arguments *from) {
  if (from->extension) control_fail(call, "invalid", "there is no number for the extension");
  return !from->extension;
}

static bool set_number(struct control_call *call, const struct control_world *world,
                       const json_t *arguments, struct store_user *user) {
  struct number_arguments from;
  struct number number = user->number;
  if (!take_number_arguments(call, arguments, &from)) return false;
  if (json_is_null(json_object_get(arguments, "number"))) {
    user->number_state = STORE_NUMBER_NONE;
    user->number_is_directorys = false;
  }
  if (!from.number && user->number_state == STORE_NUMBER_NONE) return no_number(call, &from);
  if (!from.number && !json_object_get(arguments, "extension")) return true;
  bool good = from.number ? parse_number(call, &from, &number)
                          : set_extension(call, from.extension, &number);
  if (!good || !is_allowed(call, world, user->primary, &number)) return false;
  bool is_same = user->number_state != STORE_NUMBER_NONE &&
                 strcmp(number.e164, user->number.e164) == 0 &&
                 strcmp(number.extension, user->number.extension) == 0;
  if (is_same) return true;
  user->number = number;
  user->number_state = STORE_NUMBER_ENTERED;
  user->number_is_directorys = false;
  return true;
}

/* After the number. */
static bool set_verified(struct control_call *call, const json_t *arguments,
                         struct store_user *user) {
  bool verified = user->number_state == STORE_NUMBER_VERIFIED;
  if (!take_flag(call, arguments, "verified", &verified)) return false;
  if (user->number_state == STORE_NUMBER_NONE) {
    if (verified) control_fail(call, "invalid", "there is no number that could be verified");
    return !verified;
  }
  user->number_state = verified ? STORE_NUMBER_VERIFIED : STORE_NUMBER_ENTERED;
  return true;
}

/* ---- what else can be set ---- */

/* A text, or null, which empties it. */
static bool set_text(struct control_call *call, const json_t *arguments, const char *name,
                     char *out, size_t size) {
  const char *text = NULL;
  if (json_is_null(json_object_get(arguments, name))) out[0] = '\0';
  if (!take_text(call, arguments, name, &text)) return false;
  return !text || keep_text(call, name, text, out, size);
}

static bool set_language(struct control_call *call, const json_t *arguments,
                         struct store_user *user) {
  if (!set_text(call, arguments, "language", user->language, sizeof user->language)) return false;
  if (!user->language[0] || prompts_language_is_valid(user->language)) return true;
  control_fail(call, "invalid", "`language` is one as en, de or pt-br, in lower case");
  return false;
}

static bool set_factor(struct control_call *call, const struct control_world *world,
                       const json_t *arguments, struct store_user *user) {
  if (!set_text(call, arguments, "factor", user->factor, sizeof user->factor)) return false;
  if (!user->factor[0] || !json_object_get(arguments, "factor")) return true;
  struct site *site = world->hold_site(world->app);
  const struct config *config = site_config(site);
  bool is_one = false;
  for (size_t i = 0; i < config->n_factors; i++)
    is_one |= strcmp(config->factors[i].name, user->factor) == 0;
  world->release_site(world->app, site);
  if (!is_one) control_fail(call, "invalid", "there is no factor `%.60s`", user->factor);
  return is_one;
}

/* null: as all may. */
static bool set_calls(struct control_call *call, const json_t *arguments, struct store_user *user) {
  const char *text = NULL;
  struct rate calls = {0};
  if (!json_object_get(arguments, "calls")) return true;
  if (!take_text(call, arguments, "calls", &text)) return false;
  if (text && !rate_parse(text, &calls)) {
    control_fail(call, "invalid",
                 "`calls` says how many in which time, as 3/30m: 1000/24h at most");
    return false;
  }
  user->calls = calls.count;
  user->calls_window_ms = calls.window_ms;
  return true;
}

static bool set_pin_hash(struct control_call *call, const json_t *arguments,
                         struct store_user *user) {
  if (!set_text(call, arguments, "pin_hash", user->pin_hash, sizeof user->pin_hash)) return false;
  if (!user->pin_hash[0] || strncmp(user->pin_hash, crypto_pwhash_argon2id_STRPREFIX,
                                    strlen(crypto_pwhash_argon2id_STRPREFIX)) == 0)
    return true;
  control_fail(call, "invalid", "a `pin_hash` is made by radmfactl hash --pin");
  return false;
}

static bool set_passcode(struct control_call *call, const json_t *arguments,
                         struct store_user *user) {
  const json_t *passcode = json_object_get(arguments, "passcode");
  if (!passcode) return true;
  if (!json_is_null(passcode)) {
    control_fail(call, "bad_request", "a `passcode` can be taken away (null); the user makes one");
    return false;
  }
  radmfa_wipe(user->totp_secret, sizeof user->totp_secret);
  user->totp_secret_len = 0;
  user->totp_step = 0;
  return true;
}

static bool set_all(struct control_call *call, const struct control_world *world,
                    const json_t *arguments, struct store_user *user) {
  return set_text(call, arguments, "name", user->name, sizeof user->name) &&
         set_language(call, arguments, user) && set_number(call, world, arguments, user) &&
         set_verified(call, arguments, user) && set_factor(call, world, arguments, user) &&
         set_calls(call, arguments, user) && set_pin_hash(call, arguments, user) &&
         set_passcode(call, arguments, user);
}

/* ---- user.add ---- */

static bool wants_factors(const struct config *config, size_t primary) {
  for (size_t i = 0; i < config->n_policies; i++)
    if (config->policies[i].primary == primary && config->policies[i].n_factors) return true;
  return false;
}

/* The primary of that name; without a name the only one that a policy with factors asks. */
static bool choose_primary(struct control_call *call, const struct config *config, const char *name,
                           const struct config_primary **out_primary) {
  size_t n = 0;
  for (size_t i = 0; i < config->n_primaries; i++) {
    if (name ? strcmp(name, config->primaries[i].name) != 0 : !wants_factors(config, i)) continue;
    *out_primary = &config->primaries[i];
    n++;
  }
  if (n == 1) return true;
  if (name)
    control_fail(call, "not_found", "there is no primary `%.60s`", name);
  else
    control_fail(call, "ambiguous", "name the primary: policies with factors have %zu of them", n);
  return false;
}

/* A user on his way to the store. */
struct addition {
  const struct control_world *world;
  json_t *arguments; /* a copy, or NULL */
  const char *typed; /* in the arguments */
  bool asks;         /* the directory knows who it is */
  struct store_user user;
};

/* Who a primary says that somebody of this name is. */
static bool set_identity(struct control_call *call, const struct site *site, size_t primary,
                         const char *identity, struct addition *addition) {
  struct store_user *user = &addition->user;
  const struct config_primary *from = &site_config(site)->primaries[primary];
  radmfa_span name = radmfa_text(addition->typed);
  if (identity) return keep_text(call, "identity", identity, user->identity, sizeof user->identity);
  if (from->type == CONFIG_PRIMARY_LDAP && from->ldap.search.identity) {
    addition->asks = site_has_directory(site, primary);
    if (!addition->asks)
      control_fail(call, "invalid",
                   "`%.60s` knows people by %.40s, and has no account that could look it up: give "
                   "the identity, as --identity",
                   from->name, from->ldap.search.identity);
    return addition->asks;
  }
  if (from->type != CONFIG_PRIMARY_RADIUS) name = users_without_domain(name);
  if (name.len >= sizeof user->identity) {
    control_fail(call, "invalid", "`user` is too long");
    return false;
  }
  memcpy(user->identity, name.ptr, name.len);
  return true;
}

static bool begin_user(struct control_call *call, const struct site *site, const json_t *arguments,
                       struct addition *addition) {
  const char *primary = NULL, *identity = NULL;
  const struct config *config = site_config(site);
  const struct config_primary *chosen = NULL;
  struct store_user *user = &addition->user;
  if (!need_text(call, arguments, "user", &addition->typed) ||
      !take_text(call, arguments, "primary", &primary) ||
      !take_text(call, arguments, "identity", &identity) ||
      !choose_primary(call, config, primary, &chosen))
    return false;
  return keep_text(call, "user", addition->typed, user->name, sizeof user->name) &&
         keep_text(call, "primary", chosen->name, user->primary, sizeof user->primary) &&
         set_identity(call, site, (size_t)(chosen - config->primaries), identity, addition);
}

static void put_user(struct control_call *call, const json_t *arguments,
                     struct addition *addition) {
  const struct control_world *world = addition->world;
  if (!set_all(call, world, arguments, &addition->user)) return;
  struct user_wait *wait = user_wait_new(call, world, "added");
  if (wait)
    user_wait_asked(wait,
                    store_put(world->store, &addition->user, STORE_NEW_USER, user_wait_done, wait));
}

static void free_addition(struct addition *addition) {
  json_decref(addition->arguments);
  radmfa_wipe(addition, sizeof *addition);
  free(addition);
}

_Static_assert(sizeof(((struct ldap_person *)0)->identity) <= STORE_TEXT_SIZE, "it fits");

static void on_found(struct control_call *call, const struct ldap_person *person, void *user) {
  struct addition *addition = user;
  if (call) {
    memcpy(addition->user.identity, person->identity, sizeof person->identity);
    memcpy(addition->user.name, person->name, sizeof person->name);
    put_user(call, addition->arguments, addition);
  }
  free_addition(addition);
}

static void ask_directory(struct control_call *call, const json_t *arguments,
                          const struct addition *from) {
  struct addition *addition = malloc(sizeof *addition);
  if (!addition) {
    control_fail(call, "failed", "out of memory");
    return;
  }
  *addition = *from;
  addition->arguments = json_deep_copy(arguments);
  if (!addition->arguments)
    control_fail(call, "failed", "out of memory");
  else if (find_in_directory(call, from->world, from->user.primary, from->typed, on_found,
                             addition))
    return;
  free_addition(addition);
}

void verb_user_add(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  struct addition addition = {.world = world};
  if (!need_store(call, world)) return;
  struct site *site = world->hold_site(world->app);
  bool good = begin_user(call, site, arguments, &addition);
  world->release_site(world->app, site);
  if (!good) return;
  if (addition.asks)
    ask_directory(call, arguments, &addition);
  else
    put_user(call, arguments, &addition);
}

/* ---- the others ---- */

void verb_user_show(struct control_call *call, const json_t *arguments, void *world) {
  struct store_user user;
  if (find_user(call, world, arguments, &user)) control_end(call, control_user(&user));
  radmfa_wipe(&user, sizeof user);
}

void verb_user_set(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  struct store_user user;
  if (!find_user(call, world, arguments, &user)) return;
  if (set_all(call, world, arguments, &user)) {
    struct user_wait *wait = user_wait_new(call, world, "changed");
    if (wait)
      user_wait_asked(wait, store_put(world->store, &user, user.revision, user_wait_done, wait));
  }
  radmfa_wipe(&user, sizeof user);
}

void verb_user_remove(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  struct store_user user;
  if (!find_user(call, world, arguments, &user)) return;
  struct user_wait *wait = user_wait_new(call, world, "removed");
  if (wait) {
    radmfa_span identity = radmfa_text(user.identity);
    int error =
        store_remove(world->store, user.primary, identity, user.revision, user_wait_done, wait);
    if (!error) blocklist_remove(world->blocklist, identity); /* else nobody could unblock him */
    user_wait_asked(wait, error);
  }
  radmfa_wipe(&user, sizeof user);
}

/* ---- user.list ---- */

static bool take_cursor(struct control_call *call, const json_t *arguments,
                        struct store_user *out_after, bool *out_has_after) {
  const json_t *after = json_object_get(arguments, "after");
  const char *primary = NULL, *identity = NULL, *name = NULL;
  *out_after = (struct store_user){0};
  *out_has_after = after && !json_is_null(after);
  if (!*out_has_after) return true;
  if (!json_is_object(after)) {
    control_fail(call, "bad_request", "`after` is what stood in `more`");
    return false;
  }
  return need_text(call, after, "primary", &primary) &&
         need_text(call, after, "identity", &identity) && take_text(call, after, "name", &name) &&
         keep_text(call, "primary", primary, out_after->primary, sizeof out_after->primary) &&
         keep_text(call, "identity", identity, out_after->identity, sizeof out_after->identity) &&
         keep_text(call, "name", name ? name : "", out_after->name, sizeof out_after->name);
}

static json_t *cursor_behind(const struct store_user *user) {
  return json_pack("{sssoso}", "primary", user->primary, "identity",
                   control_text(radmfa_text(user->identity)), "name",
                   control_text(radmfa_text(user->name)));
}

static json_t *list_of(const struct store_user *users, size_t n, bool has_more) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) (void)json_array_append_new(list, control_user(&users[i]));
  json_t *more = has_more ? cursor_behind(&users[n - 1]) : json_null();
  return json_pack("{soso}", "users", list, "more", more);
}

void verb_user_list(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  const char *text = "";
  uint64_t max = LIST_DEFAULT;
  struct store_user after;
  bool has_after;
  if (!need_store(call, world) || !take_text(call, arguments, "text", &text) ||
      !take_count(call, arguments, "max", 1, LIST_MAX, &max) ||
      !take_cursor(call, arguments, &after, &has_after))
    return;
  struct store_user *users = calloc(max, sizeof *users);
  if (!users) {
    control_fail(call, "failed", "out of memory");
    return;
  }
  size_t n = store_list(world->store, radmfa_text(text), has_after ? &after : NULL, users, max);
  json_t *list = list_of(users, n, n == max);
  radmfa_wipe(users, max * sizeof *users);
  free(users);
  control_end(call, list);
}
