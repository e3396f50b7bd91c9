#include "forwarder.h"

#include "../core/core.h"
#include "../core/hash.h"
#include "../core/mem.h"
#include "../core/pool.h"
#include "../core/table.h"

/* A client for each upstream that was asked. */
struct route {
  struct route *next;
  struct forwarder *forwarder;
  radmfa_upstream *upstream;
  radmfa_client *client;
  uint32_t n_waiting;
  uint32_t generation; /* of the rulesets: the one it was last used under */
  bool is_closing;
};

/* A login that waits for an answer. */
struct errand {
  struct pool_slot id;
  struct table_node by_login;
  uint64_t login_id;
  uint64_t ask_id;
  struct route *route;
  struct receiver *receiver; /* NULL: the engine itself */
};

/* Who gets an answer before the engine does (radmfa_policy_options), and of whom it is. */
struct receiver {
  int (*answer)(void *user, uint64_t login_id, radmfa_span typed_user,
                const radmfa_primary_answer *answer);
  void *user;
  size_t typed_len;
  uint8_t typed[];
};

struct forwarder {
  struct forwarder_options options;
  struct route *routes;
  struct pool errands;
  struct table by_login;
  uint32_t generation;
  unsigned n_open; /* routes that are not closed yet */
  bool is_closing;
  void (*closed)(void *user);
  void *closed_user;
};

/* ---- routes ---- */

static void free_forwarder(struct forwarder *forwarder) {
  void (*closed)(void *) = forwarder->closed;
  void *user = forwarder->closed_user;
  radmfa__table_cleanup(&forwarder->by_login);
  radmfa__pool_cleanup(&forwarder->errands);
  radmfa__free(forwarder->options.allocator, forwarder, sizeof *forwarder);
  closed(user);
}

static void on_route_closed(void *user) {
  struct route *route = user;
  struct forwarder *forwarder = route->forwarder;
  struct route **link = &forwarder->routes;
  while (*link != route) link = &(*link)->next;
  *link = route->next;
  radmfa__free(forwarder->options.allocator, route, sizeof *route);
  if (!--forwarder->n_open && forwarder->is_closing) free_forwarder(forwarder);
}

static void close_route(struct route *route) {
  route->is_closing = true;
  radmfa_client_close(route->client, on_route_closed, route);
}

static void let_go_if_old(struct route *route) {
  if (!route->is_closing && !route->n_waiting && route->generation != route->forwarder->generation)
    close_route(route);
}

void radmfa__forwarder_new_ruleset(struct forwarder *forwarder) {
  forwarder->generation++;
  for (struct route *route = forwarder->routes, *next; route; route = next) {
    next = route->next;
    let_go_if_old(route);
  }
}

static struct route *route_new(struct forwarder *forwarder, radmfa_upstream *upstream) {
  struct route *route = radmfa__alloc(forwarder->options.allocator, sizeof *route);
  if (!route) return NULL;
  if (radmfa_client_new(forwarder->options.loop, upstream, &route->client)) {
    radmfa__free(forwarder->options.allocator, route, sizeof *route);
    return NULL;
  }
  route->forwarder = forwarder;
  route->upstream = upstream;
  route->next = forwarder->routes;
  forwarder->routes = route;
  forwarder->n_open++;
  return route;
}

static struct route *route_to(struct forwarder *forwarder, radmfa_upstream *upstream) {
  struct route *route = forwarder->routes;
  while (route && (route->upstream != upstream || route->is_closing)) route = route->next;
  if (!route) route = route_new(forwarder, upstream);
  if (route) route->generation = forwarder->generation;
  return route;
}

/* ---- errands ---- */

/* Login ids are ours, not a stranger's: their bits spread well enough once mixed. */
static uint64_t hash_login(uint64_t login_id) {
  return login_id * 0x9e3779b97f4a7c15u;
}

static struct errand *errand_of(const struct forwarder *forwarder, uint64_t login_id) {
  struct table_node *node = radmfa__table_first(&forwarder->by_login, hash_login(login_id));
  for (; node; node = radmfa__table_next(&forwarder->by_login, node)) {
    struct errand *errand = CONTAINER(struct errand, by_login, node);
    if (errand->login_id == login_id) return errand;
  }
  return NULL;
}

/* False: out of memory. */
static bool keep_receiver(const struct forwarder *forwarder, const radmfa_operation *operation,
                          struct receiver **out_receiver) {
  radmfa_span typed = operation->request.user;
  struct receiver *receiver = NULL;
  if (operation->upstream_answer) {
    receiver = radmfa__alloc(forwarder->options.allocator, sizeof *receiver + typed.len);
    if (!receiver) return false;
    receiver->answer = operation->upstream_answer;
    receiver->user = operation->upstream_user;
    receiver->typed_len = typed.len;
    if (typed.len) memcpy(receiver->typed, typed.ptr, typed.len);
  }
  *out_receiver = receiver;
  return true;
}

static void drop_receiver(const struct forwarder *forwarder, struct receiver *receiver) {
  if (receiver)
    radmfa__free(forwarder->options.allocator, receiver, sizeof *receiver + receiver->typed_len);
}

static int deliver(const struct forwarder *forwarder, const struct receiver *receiver,
                   uint64_t login_id, const radmfa_primary_answer *given) {
  if (!receiver) return radmfa_answer_primary(forwarder->options.join_table, login_id, given);
  radmfa_span typed = {receiver->typed, receiver->typed_len};
  return receiver->answer(receiver->user, login_id, typed, given);
}

static radmfa_primary_verdict verdict_of(uint8_t code) {
  switch (code) {
    case RADMFA_ACCESS_ACCEPT: return RADMFA_PRIMARY_ACCEPT;
    case RADMFA_ACCESS_CHALLENGE: return RADMFA_PRIMARY_CHALLENGE;
    default: return RADMFA_PRIMARY_REJECT;
  }
}

/* An answer that cannot be delivered is one that the login hears as unavailable: never as silence
 * until its deadline, never as a yes. */
static void answer(const struct forwarder *forwarder, const struct receiver *receiver,
                   uint64_t login_id, int error, bool was_asked, const radmfa_response *response) {
  radmfa_primary_answer given = {.verdict = RADMFA_PRIMARY_UNAVAILABLE, .was_asked = was_asked};
  if (error == RADMFA_E_BUSY) given.verdict = RADMFA_PRIMARY_OVER_LIMIT;
  if (response) {
    given.verdict = verdict_of(response->packet.code);
    given.reason = RADMFA_REASON_WRONG_PASSWORD;
    given.attributes = response->attributes;
  }
  if (!deliver(forwarder, receiver, login_id, &given) || !response) return;
  given = (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_UNAVAILABLE, .was_asked = true};
  (void)deliver(forwarder, receiver, login_id, &given);
}

static void on_response(int error, const radmfa_response *response, void *user) {
  struct errand *errand = user;
  struct route *route = errand->route;
  struct forwarder *forwarder = route->forwarder;
  struct receiver *receiver = errand->receiver;
  uint64_t login_id = errand->login_id;
  radmfa__table_remove(&forwarder->by_login, &errand->by_login);
  radmfa__pool_give(&forwarder->errands, errand);
  route->n_waiting--;
  if (error != RADMFA_E_CANCELLED)
    answer(forwarder, receiver, login_id, error, error != RADMFA_E_UNREACHABLE, response);
  drop_receiver(forwarder, receiver);
  let_go_if_old(route);
}

/* The receiver is the errand's once it is under way. */
static int ask(struct forwarder *forwarder, const radmfa_operation *operation,
               struct receiver *receiver) {
  struct route *route = route_to(forwarder, operation->upstream);
  struct errand *errand = route ? radmfa__pool_take(&forwarder->errands) : NULL;
  radmfa_query query = {operation->attributes, operation->conversation};
  if (!errand) return RADMFA_E_NO_MEMORY;
  int error = radmfa_client_ask(route->client, &query, on_response, errand, &errand->ask_id);
  if (error) {
    radmfa__pool_give(&forwarder->errands, errand);
    return error;
  }
  errand->login_id = operation->login_id;
  errand->route = route;
  errand->receiver = receiver;
  route->n_waiting++;
  radmfa__table_insert(&forwarder->by_login, &errand->by_login, hash_login(operation->login_id));
  return 0;
}

void radmfa__forwarder_ask(struct forwarder *forwarder, const radmfa_operation *operation) {
  struct receiver *receiver = NULL;
  int error = RADMFA_E_NO_MEMORY;
  if (keep_receiver(forwarder, operation, &receiver)) error = ask(forwarder, operation, receiver);
  if (!error) return;
  answer(forwarder, receiver, operation->login_id, error, false, NULL);
  drop_receiver(forwarder, receiver);
}

void radmfa__forwarder_cancel(struct forwarder *forwarder, uint64_t login_id) {
  struct errand *errand = errand_of(forwarder, login_id);
  if (errand) radmfa_client_cancel(errand->route->client, errand->ask_id);
}

/* ---- life ---- */

int radmfa__forwarder_new(const struct forwarder_options *options,
                          struct forwarder **out_forwarder) {
  struct forwarder *forwarder = radmfa__alloc(options->allocator, sizeof *forwarder);
  if (!forwarder) return RADMFA_E_NO_MEMORY;
  forwarder->options = *options;
  int error = radmfa__table_init(&forwarder->by_login, options->allocator, 64);
  if (error) {
    radmfa__free(options->allocator, forwarder, sizeof *forwarder);
    return error;
  }
  radmfa__pool_init(&forwarder->errands, options->allocator, sizeof(struct errand), 1);
  *out_forwarder = forwarder;
  return 0;
}

void radmfa__forwarder_close(struct forwarder *forwarder, void (*closed)(void *user), void *user) {
  forwarder->is_closing = true;
  forwarder->closed = closed;
  forwarder->closed_user = user;
  for (struct route *route = forwarder->routes; route; route = route->next)
    if (!route->is_closing) close_route(route);
  if (!forwarder->n_open) free_forwarder(forwarder);
}
