#include "world_in.h"

#include "core/clients.h"
#include "core/join.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "as in the AD Connector's form"
#define LONG_ENOUGH_MS 600000u

/* ---- inside ---- */

void *world__grown(void *array, size_t n, size_t item_size) {
  if (n && (n < 16 || (n & (n - 1)))) return array;
  void *grown = realloc(array, (n < 16 ? 16 : 2 * n) * item_size);
  if (!grown) abort();
  return grown;
}

void world__log(struct world_in *in, const char *format, ...) {
  va_list args;
  in->log = world__grown(in->log, in->n_log, sizeof *in->log);
  va_start(args, format);
  vsnprintf(in->log[in->n_log++], LINE_SIZE, format, args);
  va_end(args);
  if (getenv("WORLD_TRACE"))
    fprintf(stderr, "%llu %s\n", (unsigned long long)in->now_ms, in->log[in->n_log - 1]);
}

struct asked *world__asked(struct world_in *in, uint64_t id) {
  for (int i = in->n_asked - 1; i >= 0; i--)
    if (in->asked[i].id == id) return &in->asked[i];
  return NULL;
}

const struct user *world__user(const struct world_in *in, radmfa_span name) {
  for (unsigned i = 0; i < in->n_users; i++)
    if (radmfa_span_equal(name, radmfa_text(in->users[i].name))) return &in->users[i];
  return NULL;
}

static struct asked *asked_by(struct world_in *in, int waiter) {
  for (int i = in->n_asked - 1; i >= 0; i--)
    if (in->asked[i].waiter == waiter) return &in->asked[i];
  DOOM("waiter %s began no login", in->waiters[waiter].label);
}

/* ---- rulesets ---- */

static void never_called(void *backend, const radmfa_request *request) {
  (void)backend;
  (void)request;
  DOOM("the world performs operations itself");
}

static void released(void *user) {
  struct generation *generation = user;
  if (generation->is_released) DOOM("a ruleset was released twice");
  generation->is_released = true;
  generation->in->n_released++;
}

static int add_client(struct generation *generation, const char *name, const char *network) {
  radmfa_client_options client = generation->in->options.client;
  radmfa_prefix prefix;
  if (radmfa_prefix_parse(network, &prefix)) DOOM("bad prefix");
  client.name = name;
  client.prefixes = &prefix;
  client.n_prefixes = 1;
  client.secret = radmfa_text(SECRET);
  client.policy = "main";
  return radmfa_ruleset_add_client(generation->ruleset, &client);
}

static int add_policy(struct generation *generation) {
  const struct world_options *options = &generation->in->options;
  radmfa_policy_options policy = options->policy;
  radmfa_factor_options factors[RADMFA_FACTORS_MAX];
  size_t n = 0;
  for (; n < RADMFA_FACTORS_MAX && options->factors[n]; n++) {
    generation->factors[n] = (struct factor_backend){generation, options->factors[n], (unsigned)n};
    factors[n] =
        (radmfa_factor_options){options->factors[n], &generation->factor, &generation->factors[n]};
  }
  policy.name = "main";
  policy.upstream = options->upstream;
  policy.primary = options->upstream ? NULL : &generation->primary;
  policy.primary_backend = generation;
  policy.factors = factors;
  policy.n_factors = n;
  return radmfa_ruleset_add_policy(generation->ruleset, &policy);
}

static int fill_generation(struct generation *generation) {
  int error = radmfa_ruleset_new(&generation->in->allocator, &generation->ruleset);
  if (error) return error;
  radmfa_ruleset_on_release(generation->ruleset, released, generation);
  error = add_policy(generation);
  if (!error) error = add_client(generation, "connector", "10.0.1.0/24");
  if (!error) error = add_client(generation, "other", "10.0.2.0/24");
  return error;
}

/* The ruleset of the world's options; on failure it is gone again. */
static int new_generation(struct world_in *in) {
  struct generation *generation = calloc(1, sizeof *generation);
  if (!generation || in->n_generations == GENERATIONS_MAX) abort();
  in->generations[in->n_generations++] = generation;
  generation->in = in;
  generation->primary =
      (radmfa_primary){in->options.methods, in->options.is_upstream, never_called, NULL};
  generation->factor = (radmfa_factor){never_called, NULL};
  int error = fill_generation(generation);
  if (!error) return 0;
  if (!generation->ruleset) in->n_released++;
  radmfa_ruleset_unref(generation->ruleset);
  generation->ruleset = NULL;
  return error;
}

static struct generation *current_generation(struct world_in *in) {
  return in->generations[in->n_generations - 1];
}

int world_reload(struct world *w, const struct world_options *options) {
  struct world_in *in = w->in;
  struct world_options old_options = in->options;
  struct generation *old = current_generation(in);
  in->options = *options;
  in->options.engines = old_options.engines;
  in->options.engine = old_options.engine; /* a reload does not change the limits */
  int error = new_generation(in);
  struct generation *new = current_generation(in);
  for (unsigned i = 0; !error && i < in->options.engines; i++)
    error = radmfa_engine_set_ruleset(in->engines[i], new->ruleset);
  if (error) in->options = old_options; /* an engine may have it already: both are good then */
  if (!new->ruleset) {                  /* the old one stays the current one */
    in->generations[in->n_generations - 1] = old;
    in->generations[in->n_generations - 2] = new;
    return error;
  }
  radmfa_ruleset_unref(old->ruleset);
  old->ruleset = NULL;
  return error;
}

/* ---- life ---- */

void world_options_init(struct world_options *options) {
  *options =
      (struct world_options){.engines = 1, .factors = {"phone"}, .methods = RADMFA_METHOD_PAP};
  radmfa_policy_options_init(&options->policy);
  radmfa_client_options_init(&options->client);
  radmfa_engine_options_init(&options->engine);
}

static void new_engine(struct world_in *in, unsigned number) {
  radmfa_engine_options options = in->options.engine;
  options.join_table = in->join;
  options.ruleset = current_generation(in)->ruleset;
  options.random_key[0] = (uint8_t)number;
  options.on_notice = world__notice;
  options.notice_user = in;
  options.allocator = in->allocator;
  if (radmfa_engine_new(&options, &in->engines[number])) DOOM("no engine");
}

struct world world_new(const struct world_options *options) {
  static const uint8_t key[16] = "nobody knows it";
  struct world w = {calloc(1, sizeof *w.in)};
  struct world_in *in = w.in;
  if (!in || options->engines > WORLD_ENGINES_MAX) abort();
  in->options = *options;
  in->now_ms = 1000000;
  in->pumps_by_itself = true;
  in->allocator = heap_allocator(&in->heap);
  if (radmfa_secret_new(radmfa_text(SECRET), NULL, &in->secret)) abort();
  if (radmfa_join_table_new(key, &in->allocator, &in->join)) abort();
  if (new_generation(in)) DOOM("the options make no ruleset");
  for (unsigned i = 0; i < options->engines; i++) new_engine(in, i);
  return w;
}

struct world world_with_user(const char *user, enum factor_kind factor) {
  struct world_options options;
  world_options_init(&options);
  if (factor == FACTOR_NONE) options.factors[0] = NULL;
  struct world w = world_new(&options);
  world_add_user(&w, user, "right");
  return w;
}

static void judge_quiet(struct world_in *in) {
  for (unsigned i = 0; i < in->options.engines; i++) {
    radmfa_engine_stats stats;
    radmfa_engine_stats_get(in->engines[i], &stats);
    if (stats.pending) DOOM("%u requests are still pending", stats.pending);
    if (stats.kept) DOOM("%u replies are still kept", stats.kept);
    if (radmfa_engine_next_due(in->engines[i]) != UINT64_MAX) DOOM("something is still due");
  }
  for (int i = 0; i < in->n_asked; i++) {
    const struct asked *asked = &in->asked[i];
    bool may_follow = asked->primary_accepted; /* it joined once its primary had said who it is */
    if (asked->ended != 1 && !(may_follow && !asked->ended))
      DOOM("a login of %s ended %u times", in->waiters[asked->waiter].label, asked->ended);
    if (asked->primary_out) DOOM("a primary's check was neither answered nor cancelled");
    if (asked->factor_out) DOOM("a phone rings for ever");
  }
}

static void judge_quotas(struct world_in *in) {
  static const char *const peers[] = {"10.0.1.23", "10.0.2.23"};
  for (size_t i = 0; i < 2; i++) {
    radmfa_address address;
    if (radmfa_address_parse(peers[i], &address)) abort();
    struct client *client = radmfa__clients_find(current_generation(in)->ruleset, address.ip);
    if (atomic_load(&client->pending)) DOOM("a client's quota is still used");
  }
}

static void free_records(struct world_in *in) {
  for (int i = 0; i < in->n_waiters; i++) {
    free(in->waiters[i].sent.bytes);
    free(in->waiters[i].reply);
  }
  for (unsigned i = 0; i < in->n_generations; i++) free(in->generations[i]);
  free(in->waiters);
  free(in->asked);
  free(in->due);
  free(in->log);
  free(in->ended);
  radmfa_secret_free(in->secret);
  free(in);
}

void world_end(struct world *w) {
  struct world_in *in = w->in;
  in->pumps_by_itself = true;
  world_advance_ms(w, LONG_ENOUGH_MS);
  judge_quiet(in);
  judge_quotas(in);
  for (unsigned i = 0; i < in->options.engines; i++) radmfa_engine_free(in->engines[i]);
  if (atomic_load(radmfa__join_pending(in->join)))
    DOOM("the quota of pending logins is still used");
  radmfa_join_table_unref(in->join);
  radmfa_ruleset_unref(current_generation(in)->ruleset);
  if (in->n_released != in->n_generations) DOOM("a ruleset lives on");
  if (in->heap.blocks) DOOM("%zu blocks leak, %zu octets", in->heap.blocks, in->heap.bytes);
  free_records(in);
  w->in = NULL;
}

/* ---- backends ---- */

void world_add_user(struct world *w, const char *user, const char *password) {
  if (w->in->n_users == USERS_MAX) abort();
  w->in->users[w->in->n_users++] = (struct user){user, password, false};
}

void world_block_user(struct world *w, const char *name) {
  for (unsigned i = 0; i < w->in->n_users; i++)
    if (strcmp(w->in->users[i].name, name) == 0) w->in->users[i].is_blocked = true;
}

void world_primary_takes(struct world *w, uint64_t ms) {
  w->in->primary_ms = ms;
}

void world_primary_says(struct world *w, radmfa_primary_answer answer) {
  w->in->primary_is_told = true;
  w->in->primary_says = answer;
}

void world_factor_says(struct world *w, radmfa_factor_answer answer, uint64_t after_ms) {
  w->in->factor_is_told = true;
  w->in->factor_says = answer;
  w->in->factor_ms = after_ms;
}

/* ---- the pump ---- */

void world_pump(struct world *w, unsigned engine) {
  radmfa_operation operation;
  do
    while (radmfa_engine_next(w->in->engines[engine], &operation))
      world__perform(w->in, engine, &operation);
  while (radmfa_engine_inbox(w->in->engines[engine], w->in->now_ms));
}

static void fetch_only(struct world *w, unsigned engine) {
  radmfa_operation operation;
  while (radmfa_engine_next(w->in->engines[engine], &operation))
    world__perform(w->in, engine, &operation);
}

/* An engine may leave something for one that was looked at before it. */
static void settle(struct world *w, unsigned engine) {
  struct world_in *in = w->in;
  fetch_only(w, engine);
  if (!in->pumps_by_itself) return;
  for (unsigned round = 0; round < in->options.engines + 1; round++)
    for (unsigned i = 0; i < in->options.engines; i++) world_pump(w, i);
}

void world_pump_by_itself(struct world *w, bool by_itself) {
  w->in->pumps_by_itself = by_itself;
}

void world_answer_primary(struct world *w, int waiter, radmfa_primary_answer answer) {
  world__give_primary_answer(w->in, asked_by(w->in, waiter)->id, &answer);
  settle(w, 0);
}

void world_answer_factor(struct world *w, int waiter, radmfa_factor_answer answer) {
  world__give_factor_answer(w->in, asked_by(w->in, waiter)->id, answer);
  settle(w, 0);
}

void world_hang_up(struct world *w, int waiter) {
  int error = radmfa_hang_up(w->in->join, asked_by(w->in, waiter)->id);
  if (error) DOOM("radmfa_hang_up: %s", radmfa_strerror(error));
  settle(w, 0);
}

void world_answer_by_the_book(struct world *w, int waiter) {
  const struct request *request = &w->in->waiters[waiter].request;
  bool by_pap = request->method <= RADMFA_METHOD_PAP;
  world_answer_primary(w, waiter,
                       world__by_the_book(w->in, radmfa_text(request->user),
                                          radmfa_text(request->password), by_pap));
}

int world_checked(const struct world *w, unsigned n) {
  for (int i = 0; i < w->in->n_asked; i++)
    if (w->in->asked[i].primary_out && !n--) return w->in->asked[i].waiter;
  return -1;
}

int world_rung(const struct world *w, unsigned n) {
  for (int i = 0; i < w->in->n_asked; i++)
    if (w->in->asked[i].factor_out && !n--) return w->in->asked[i].waiter;
  return -1;
}

bool world_has_begun(const struct world *w, int waiter) {
  for (int i = 0; i < w->in->n_asked; i++)
    if (w->in->asked[i].waiter == waiter) return true;
  return false;
}

/* ---- clients ---- */

static int find_waiter(const struct world_in *in, const struct sent *sent,
                       const struct request *request) {
  for (int i = 0; i < in->n_waiters; i++) {
    const struct waiter *waiter = &in->waiters[i];
    if (waiter->sent.len == sent->len && memcmp(waiter->sent.bytes, sent->bytes, sent->len) == 0 &&
        memcmp(&waiter->sent.peer, &sent->peer, sizeof sent->peer) == 0 &&
        waiter->request.engine == request->engine && waiter->request.socket == request->socket)
      return i;
  }
  return -1;
}

int world_prepare(struct world *w, struct request request) {
  struct world_in *in = w->in;
  struct sent sent = traffic_build(&request, in->secret);
  int found = find_waiter(in, &sent, &request);
  if (found >= 0) {
    free(sent.bytes);
    return found;
  }
  in->waiters = world__grown(in->waiters, (size_t)in->n_waiters, sizeof *in->waiters);
  struct waiter *waiter = &in->waiters[in->n_waiters];
  *waiter = (struct waiter){.request = request, .sent = sent};
  if (request.label)
    snprintf(waiter->label, sizeof waiter->label, "%s", request.label);
  else
    snprintf(waiter->label, sizeof waiter->label, "#%d", in->n_waiters + 1);
  return in->n_waiters++;
}

int world_send(struct world *w, struct request request) {
  int waiter = world_prepare(w, request);
  world_send_again(w, waiter);
  return waiter;
}

static radmfa_datagram datagram_of(const struct waiter *waiter) {
  return (radmfa_datagram){.bytes = {waiter->sent.bytes, waiter->sent.len},
                           .peer = waiter->sent.peer,
                           .socket = waiter->request.socket};
}

void world_send_together(struct world *w, const int *waiters, size_t n) {
  radmfa_datagram *datagrams = calloc(n, sizeof *datagrams);
  if (!datagrams) DOOM("no memory");
  for (size_t i = 0; i < n; i++) datagrams[i] = datagram_of(&w->in->waiters[waiters[i]]);
  radmfa_engine_datagrams(w->in->engines[0], datagrams, n, w->in->now_ms);
  free(datagrams);
}

void world_send_again(struct world *w, int number) {
  struct world_in *in = w->in;
  struct waiter *waiter = &in->waiters[number];
  radmfa_engine *engine = in->engines[waiter->request.engine];
  radmfa_engine_stats before, after;
  radmfa_datagram datagram = datagram_of(waiter);
  if (getenv("WORLD_TRACE"))
    fprintf(stderr, "%llu   sends %s: %s, id %u, engine %u%s\n", (unsigned long long)in->now_ms,
            waiter->label, waiter->request.user ? waiter->request.user : "", waiter->request.id,
            waiter->request.engine, waiter->request.is_unsigned ? ", unsigned" : "");
  radmfa_engine_stats_get(engine, &before);
  radmfa_engine_datagram(engine, &datagram, in->now_ms);
  radmfa_engine_stats_get(engine, &after);
  if (after.drops[RADMFA_DROP_LIMIT] > before.drops[RADMFA_DROP_LIMIT])
    waiter->was_refused_early = true;
  settle(w, waiter->request.engine);
}

void world_send_bytes(struct world *w, radmfa_span bytes, const char *peer) {
  radmfa_datagram datagram = {.bytes = bytes};
  if (radmfa_address_parse(peer, &datagram.peer)) DOOM("bad address");
  radmfa_engine_datagram(w->in->engines[0], &datagram, w->in->now_ms);
  settle(w, 0);
}

/* ---- time ---- */

uint64_t world_now(const struct world *w) {
  return w->in->now_ms;
}

static int next_answer(const struct world_in *in) {
  int first = -1;
  for (int i = 0; i < in->n_due; i++)
    if (first < 0 || in->due[i].due_ms < in->due[first].due_ms) first = i;
  return first;
}

uint64_t world_next_due(const struct world *w) {
  const struct world_in *in = w->in;
  int answer = next_answer(in);
  uint64_t due_ms = answer < 0 ? UINT64_MAX : in->due[answer].due_ms;
  for (unsigned i = 0; i < in->options.engines; i++) {
    uint64_t engine_ms = radmfa_engine_next_due(in->engines[i]);
    if (engine_ms < due_ms) due_ms = engine_ms;
  }
  return due_ms;
}

static void give_due_answers(struct world *w) {
  struct world_in *in = w->in;
  int next;
  while ((next = next_answer(in)) >= 0 && in->due[next].due_ms <= in->now_ms) {
    struct answer_due due = in->due[next];
    in->due[next] = in->due[--in->n_due];
    const struct asked *asked = world__asked(in, due.id);
    if (due.is_factor && asked->factor_out) world__give_factor_answer(in, due.id, due.factor);
    if (!due.is_factor && asked->primary_out) world__give_primary_answer(in, due.id, &due.primary);
    settle(w, 0);
  }
}

void world_advance_to(struct world *w, uint64_t at_ms) {
  struct world_in *in = w->in;
  for (unsigned turns = 0; world_next_due(w) <= at_ms; turns++) {
    uint64_t due_ms = world_next_due(w);
    if (turns > 1000000) DOOM("the clock stands still");
    if (due_ms > in->now_ms) in->now_ms = due_ms;
    for (unsigned i = 0; i < in->options.engines; i++) {
      if (radmfa_engine_next_due(in->engines[i]) > in->now_ms) continue;
      radmfa_engine_clock(in->engines[i], in->now_ms);
      settle(w, i);
    }
    give_due_answers(w);
  }
  if (at_ms > in->now_ms) in->now_ms = at_ms;
}

void world_advance_ms(struct world *w, uint64_t ms) {
  world_advance_to(w, w->in->now_ms + ms);
}

/* ---- the program ---- */

void world_replace_engine(struct world *w, unsigned engine) {
  struct world_in *in = w->in;
  uint64_t own = engine; /* the first engines have these numbers */
  radmfa_engine_free(in->engines[engine]);
  for (int i = 0; i < in->n_asked; i++)
    if (radmfa__login_engine(in->asked[i].id) == own)
      in->asked[i] =
          (struct asked){.id = in->asked[i].id, .waiter = in->asked[i].waiter, .ended = 1};
  new_engine(in, engine);
  settle(w, engine);
}

void world_drain(struct world *w) {
  for (unsigned i = 0; i < w->in->options.engines; i++) radmfa_engine_drain(w->in->engines[i]);
}

void world_lose_reply(struct world *w, unsigned n) {
  w->in->lose_in = n;
}

struct heap *world_heap(struct world *w) {
  return &w->in->heap;
}

radmfa_engine *world_engine(struct world *w, unsigned engine) {
  return w->in->engines[engine];
}

radmfa_join_table *world_join_table(struct world *w) {
  return w->in->join;
}

unsigned world_rulesets_released(const struct world *w) {
  return w->in->n_released;
}

/* ---- what happened ---- */

radmfa_span world_forwarded(const struct world *w) {
  return (radmfa_span){w->in->forwarded, w->in->forwarded_len};
}

unsigned world_checks(const struct world *w) {
  return w->in->checks;
}

unsigned world_calls_placed(const struct world *w) {
  return w->in->calls;
}

unsigned world_calls_ringing(const struct world *w) {
  unsigned n = 0;
  for (int i = 0; i < w->in->n_asked; i++) n += w->in->asked[i].factor_out;
  return n;
}

unsigned world_calls_cancelled(const struct world *w) {
  return w->in->cancelled;
}

unsigned world_replies(const struct world *w) {
  return w->in->replies;
}

unsigned world_replies_to(const struct world *w, int waiter) {
  return w->in->waiters[waiter].replies;
}

uint8_t world_code(const struct world *w, int waiter) {
  return w->in->waiters[waiter].reply ? w->in->waiters[waiter].reply[0] : 0;
}

uint64_t world_replied_at(const struct world *w, int waiter) {
  return w->in->waiters[waiter].replied_ms;
}

unsigned world_logins(const struct world *w) {
  return w->in->logins;
}

radmfa_notice world_last_login(const struct world *w) {
  return w->in->last_login;
}

radmfa_notice world_last_drop(const struct world *w) {
  return w->in->last_drop;
}

const char *world_user_of_last_notice(const struct world *w) {
  return w->in->last_user;
}

radmfa_engine_stats world_stats(const struct world *w, unsigned engine) {
  radmfa_engine_stats stats;
  radmfa_engine_stats_get(w->in->engines[engine], &stats);
  return stats;
}

size_t world_log_len(const struct world *w) {
  return w->in->n_log;
}

const char *world_log_line(const struct world *w, size_t i) {
  return w->in->log[i];
}

void world_log_clear(struct world *w) {
  w->in->n_log = 0;
}
