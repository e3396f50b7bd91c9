#include "clients.h"

#include "hash.h"
#include "mem.h"

#include <radmfa/upstream.h>

#include "core.h"

#define TIMEOUT_MIN_MS 2000u
#define TIMEOUT_MAX_MS 180000u
#define ANSWER_BEFORE_MS 1000u

/* One network of a client. The table is keyed by {network, bits}; a look-up tries each length
 * that occurs, longest first. */
struct network {
  struct table_node node;
  radmfa_prefix prefix;
  struct client *client;
  struct network *next_of_client;
};

struct radmfa_ruleset {
  radmfa_allocator allocator;
  atomic_uint references;
  struct table networks;
  uint8_t lengths[129]; /* prefix lengths in use, longest first */
  uint8_t n_lengths;
  struct policy *policies;
  struct client *clients;
  void (*released)(void *user);
  void *released_user;
};

void radmfa_policy_options_init(radmfa_policy_options *options) {
  *options = (radmfa_policy_options){.size = sizeof *options,
                                     .join = true,
                                     .on_unavailable = RADMFA_UNAVAILABLE_SILENT,
                                     .reject_delay_ms = 1000,
                                     .min_call_ms = 10000};
}

void radmfa_client_options_init(radmfa_client_options *options) {
  *options = (radmfa_client_options){.size = sizeof *options,
                                     .message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE,
                                     .timeout_ms = 50000,
                                     .pending_max = UINT32_MAX};
}

int radmfa_ruleset_new(const radmfa_allocator *allocator, radmfa_ruleset **out_ruleset) {
  radmfa_allocator chosen = radmfa__allocator(allocator);
  radmfa_ruleset *ruleset = radmfa__alloc(&chosen, sizeof *ruleset);
  if (!ruleset) return RADMFA_E_NO_MEMORY;
  ruleset->allocator = chosen;
  atomic_init(&ruleset->references, 1);
  int error = radmfa__table_init(&ruleset->networks, &ruleset->allocator, 64);
  if (error) {
    radmfa__free(&chosen, ruleset, sizeof *ruleset);
    return error;
  }
  *out_ruleset = ruleset;
  return 0;
}

void radmfa_ruleset_on_release(radmfa_ruleset *ruleset, void (*released)(void *user), void *user) {
  ruleset->released = released;
  ruleset->released_user = user;
}

radmfa_ruleset *radmfa_ruleset_ref(radmfa_ruleset *ruleset) {
  atomic_fetch_add_explicit(&ruleset->references, 1, memory_order_relaxed);
  return ruleset;
}

static void client_free(radmfa_ruleset *ruleset, struct client *client) {
  for (struct network *network = client->networks, *next; network; network = next) {
    next = network->next_of_client;
    radmfa__table_remove(&ruleset->networks, &network->node);
    radmfa__free(&ruleset->allocator, network, sizeof *network);
  }
  radmfa_secret_free(client->secret);
  radmfa__free(&ruleset->allocator, client, sizeof *client);
}

static void ruleset_free(radmfa_ruleset *ruleset) {
  radmfa_allocator allocator = ruleset->allocator;
  for (struct client *client = ruleset->clients, *next; client; client = next) {
    next = client->next;
    client_free(ruleset, client);
  }
  radmfa__table_cleanup(&ruleset->networks);
  for (struct policy *policy = ruleset->policies, *next; policy; policy = next) {
    next = policy->next;
    radmfa_upstream_unref(policy->upstream);
    radmfa__free(&allocator, policy, sizeof *policy);
  }
  radmfa__free(&allocator, ruleset, sizeof *ruleset);
}

void radmfa_ruleset_unref(radmfa_ruleset *ruleset) {
  if (!ruleset || atomic_fetch_sub_explicit(&ruleset->references, 1, memory_order_acq_rel) > 1)
    return;
  void (*released)(void *) = ruleset->released;
  void *user = ruleset->released_user;
  ruleset_free(ruleset);
  if (released) released(user);
}

bool radmfa__name_copy(const char *name, char out_name[RADMFA_NAME_SIZE_MAX + 1]) {
  radmfa_span text = radmfa_text(name);
  if (text.len < 1 || text.len > RADMFA_NAME_SIZE_MAX) return false;
  memcpy(out_name, text.ptr, text.len + 1);
  return true;
}

static struct policy *find_policy(const radmfa_ruleset *ruleset, const char *name) {
  struct policy *policy = ruleset->policies;
  while (policy && strcmp(policy->name, name) != 0) policy = policy->next;
  return policy;
}

static bool client_exists(const radmfa_ruleset *ruleset, const char *name) {
  const struct client *client = ruleset->clients;
  while (client && strcmp(client->name, name) != 0) client = client->next;
  return client != NULL;
}

/* What a policy with an upstream has as its primary: the engine asks for the request to be
 * forwarded, nobody calls `start`. */
static const radmfa_primary upstream_primary = {.methods = RADMFA_METHOD_PAP | RADMFA_METHOD_CHAP |
                                                           RADMFA_METHOD_MSCHAP | RADMFA_METHOD_EAP,
                                                .is_upstream = true};

static bool fill_primary(struct policy *policy, const radmfa_policy_options *options) {
  policy->upstream = options->upstream;
  policy->primary = options->upstream ? &upstream_primary : options->primary;
  policy->primary_backend = options->primary_backend;
  return options->upstream ? !options->primary : options->primary && options->primary->start;
}

static bool fill_policy(struct policy *policy, const radmfa_policy_options *options) {
  if (!radmfa__name_copy(options->name, policy->name) || !fill_primary(policy, options))
    return false;
  if (options->n_factors > RADMFA_FACTORS_MAX) return false;
  for (size_t i = 0; i < options->n_factors; i++) {
    const radmfa_factor_options *from = &options->factors[i];
    struct factor_use *to = &policy->factors[i];
    if (!radmfa__name_copy(from->name, to->name) || !from->factor || !from->factor->start)
      return false;
    to->factor = from->factor;
    to->backend = from->backend;
  }
  policy->n_factors = (uint8_t)options->n_factors;
  policy->accept_unenrolled = options->accept_unenrolled;
  policy->join = options->join && options->n_factors;
  policy->on_unavailable = options->on_unavailable;
  policy->reuse_approval_ms = options->reuse_approval_ms;
  policy->reject_delay_ms = options->reject_delay_ms;
  policy->min_call_ms = options->min_call_ms;
  policy->upstream_password = options->upstream_password;
  policy->upstream_answer = options->upstream_answer;
  policy->upstream_user = options->upstream_user;
  policy->is_admitted = options->is_admitted;
  policy->is_admitted_user = options->is_admitted_user;
  return true;
}

int radmfa_ruleset_add_policy(radmfa_ruleset *ruleset, const radmfa_policy_options *given) {
  radmfa_policy_options filled, *options = &filled;
  radmfa_policy_options_init(&filled);
  OPTIONS_COPY(&filled, given);
  if (!options->name) return RADMFA_E_INVALID;
  if (find_policy(ruleset, options->name)) return RADMFA_E_EXISTS;
  struct policy *policy = radmfa__alloc(&ruleset->allocator, sizeof *policy);
  if (!policy) return RADMFA_E_NO_MEMORY;
  if (!fill_policy(policy, options)) {
    radmfa__free(&ruleset->allocator, policy, sizeof *policy);
    return RADMFA_E_INVALID;
  }
  if (policy->upstream) radmfa_upstream_ref(policy->upstream);
  policy->next = ruleset->policies;
  ruleset->policies = policy;
  return 0;
}

static radmfa_prefix masked(const uint8_t ip[16], uint8_t bits) {
  radmfa_prefix prefix = {.bits = bits};
  memcpy(prefix.ip, ip, bits / 8u);
  if (bits % 8u) prefix.ip[bits / 8u] = (uint8_t)(ip[bits / 8u] & (0xffu << (8u - bits % 8u)));
  return prefix;
}

/* The key need not be secret: only the administrator adds to this table. */
static uint64_t hash_prefix(const radmfa_prefix *prefix) {
  return radmfa__hash64((radmfa_hash_key){0, 0}, prefix, sizeof *prefix);
}

static struct network *find_network(const radmfa_ruleset *ruleset, const radmfa_prefix *prefix) {
  struct table_node *node = radmfa__table_first(&ruleset->networks, hash_prefix(prefix));
  for (; node; node = radmfa__table_next(&ruleset->networks, node)) {
    struct network *network = CONTAINER(struct network, node, node);
    if (network->prefix.bits != prefix->bits) continue;
    if (radmfa_span_equal((radmfa_span){network->prefix.ip, 16}, (radmfa_span){prefix->ip, 16}))
      return network;
  }
  return NULL;
}

struct client *radmfa__clients_find(const radmfa_ruleset *ruleset, const uint8_t ip[16]) {
  for (size_t i = 0; i < ruleset->n_lengths; i++) {
    radmfa_prefix prefix = masked(ip, ruleset->lengths[i]);
    struct network *network = find_network(ruleset, &prefix);
    if (network) return network->client;
  }
  return NULL;
}

static void note_length(radmfa_ruleset *ruleset, uint8_t bits) {
  size_t at = 0;
  while (at < ruleset->n_lengths && ruleset->lengths[at] > bits) at++;
  if (at < ruleset->n_lengths && ruleset->lengths[at] == bits) return;
  memmove(&ruleset->lengths[at + 1], &ruleset->lengths[at], ruleset->n_lengths - at);
  ruleset->lengths[at] = bits;
  ruleset->n_lengths++;
}

static int add_network(radmfa_ruleset *ruleset, const radmfa_prefix *given, struct client *client) {
  if (given->bits > 128) return RADMFA_E_INVALID;
  radmfa_prefix prefix = masked(given->ip, given->bits);
  if (find_network(ruleset, &prefix)) return RADMFA_E_EXISTS;
  struct network *network = radmfa__alloc(&ruleset->allocator, sizeof *network);
  if (!network) return RADMFA_E_NO_MEMORY;
  network->prefix = prefix;
  network->client = client;
  network->next_of_client = client->networks;
  client->networks = network;
  radmfa__table_insert(&ruleset->networks, &network->node, hash_prefix(&prefix));
  note_length(ruleset, prefix.bits);
  return 0;
}

static int fill_client(radmfa_ruleset *ruleset, struct client *client,
                       const radmfa_client_options *options) {
  if (!radmfa__name_copy(options->name, client->name) || !options->n_prefixes)
    return RADMFA_E_INVALID;
  if (options->timeout_ms < TIMEOUT_MIN_MS || options->timeout_ms > TIMEOUT_MAX_MS)
    return RADMFA_E_INVALID;
  if (options->answer_before_ms >= options->timeout_ms || !options->pending_max)
    return RADMFA_E_INVALID;
  uint32_t tenth = options->timeout_ms / 10;
  uint32_t before = options->answer_before_ms;
  if (!before) before = ANSWER_BEFORE_MS < tenth ? ANSWER_BEFORE_MS : tenth;
  client->message_authenticator = options->message_authenticator;
  client->wait_ms = options->timeout_ms - before;
  client->pending_max = options->pending_max;
  atomic_init(&client->pending, 0);
  TRY(radmfa_secret_new(options->secret, &ruleset->allocator, &client->secret));
  for (size_t i = 0; i < options->n_prefixes; i++)
    TRY(add_network(ruleset, &options->prefixes[i], client));
  return 0;
}

int radmfa_ruleset_add_client(radmfa_ruleset *ruleset, const radmfa_client_options *given) {
  radmfa_client_options filled, *options = &filled;
  radmfa_client_options_init(&filled);
  OPTIONS_COPY(&filled, given);
  if (!options->name || !options->policy) return RADMFA_E_INVALID;
  if (client_exists(ruleset, options->name)) return RADMFA_E_EXISTS;
  const struct policy *policy = find_policy(ruleset, options->policy);
  if (!policy) return RADMFA_E_NOT_FOUND;
  struct client *client = radmfa__alloc(&ruleset->allocator, sizeof *client);
  if (!client) return RADMFA_E_NO_MEMORY;
  client->policy = policy;
  int error = fill_client(ruleset, client, options);
  if (error) {
    client_free(ruleset, client);
    return error;
  }
  client->next = ruleset->clients;
  ruleset->clients = client;
  return 0;
}
