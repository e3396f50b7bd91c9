/* engine.c: an engine's life and the ways into it: datagrams, clock, inbox. On from here it goes in
 * arrive.c, admit.c, events.c and turn.c, and out in operations.c. */
#include "engine.h"
#include "mem.h"
#include "request.h"

#include "core.h"

/* ---- life ---- */

void radmfa_engine_options_init(radmfa_engine_options *options) {
  *options = (radmfa_engine_options){.size = sizeof *options,
                                     .pending_max = 1000000,
                                     .kept_replies_max = 1000000,
                                     .keep_reply_ms = 30000};
}

static struct epoch *epoch_new(const radmfa_engine *engine, radmfa_ruleset *ruleset) {
  struct epoch *epoch = radmfa__alloc(&engine->allocator, sizeof *epoch);
  if (!epoch) return NULL;
  epoch->ruleset = radmfa_ruleset_ref(ruleset);
  epoch->is_current = true;
  return epoch;
}

static void epoch_retire(const radmfa_engine *engine, struct epoch *epoch) {
  epoch->is_current = false;
  if (epoch->logins) return;
  radmfa_ruleset_unref(epoch->ruleset);
  radmfa__free(&engine->allocator, epoch, sizeof *epoch);
}

/* What can fail, in order; what was made is unmade in reverse. */
static int engine_init(radmfa_engine *engine, const radmfa_engine_options *options) {
  radmfa_hash_key key = radmfa__hash_key(options->random_key);
  TRY(radmfa__dedup_init(&engine->dedup, key, options->keep_reply_ms, options->kept_replies_max,
                         &engine->allocator));
  engine->epoch = epoch_new(engine, options->ruleset);
  int error = engine->epoch ? 0 : RADMFA_E_NO_MEMORY;
  if (!error)
    error = radmfa__join_register(options->join_table, options->wake, options->wake_user,
                                  &engine->number, &engine->inbox);
  if (!error) return 0;
  if (engine->epoch) epoch_retire(engine, engine->epoch);
  radmfa__dedup_cleanup(&engine->dedup);
  return error;
}

int radmfa_engine_new(const radmfa_engine_options *given, radmfa_engine **out_engine) {
  radmfa_engine_options options;
  radmfa_engine_options_init(&options);
  OPTIONS_COPY(&options, given);
  if (!options.join_table || !options.ruleset) return RADMFA_E_INVALID;
  radmfa_allocator allocator =
      radmfa__allocator(options.allocator.alloc_fn ? &options.allocator : NULL);
  radmfa_engine *engine = radmfa__alloc(&allocator, sizeof *engine);
  if (!engine) return RADMFA_E_NO_MEMORY;
  engine->allocator = allocator;
  engine->key = radmfa__hash_key(options.random_key);
  engine->on_notice = options.on_notice;
  engine->notice_user = options.notice_user;
  radmfa__engine_init_queues(engine);
  radmfa__deadlines_init(&engine->deadlines, 0);
  /* ids stand in logs, so not bits of the key itself */
  uint32_t first = (uint32_t)radmfa__hash64(engine->key, "login ids", 9);
  radmfa__pool_init(&engine->logins, &engine->allocator, sizeof(struct login), first);
  int error = engine_init(engine, &options);
  if (error) {
    radmfa__free(&allocator, engine, sizeof *engine);
    return error;
  }
  engine->join = radmfa__join_table_ref(options.join_table);
  radmfa__quota_init(&engine->pending, radmfa__join_pending(engine->join), options.pending_max);
  *out_engine = engine;
  return 0;
}

/* What other engines wait for from here ends in silence, what this one waits for is given up. */
static void leave_others(radmfa_engine *engine, struct login *login) {
  if (login->join_role == JOIN_LEADER) {
    login->verdict = RADMFA_VERDICT_SILENT;
    (void)radmfa__join_finish(engine->join, login);
  }
  if (login->join_role == JOIN_FOLLOWER || login->join_role == JOIN_DELIVERED)
    radmfa__join_leave(engine->join, login, engine->inbox);
}

void radmfa_engine_free(radmfa_engine *engine) {
  if (!engine) return;
  radmfa_allocator allocator = engine->allocator;
  struct login *login;
  radmfa__join_unregister(engine->join, engine->number);
  for (uint32_t slot = 0; (login = radmfa__pool_each(&engine->logins, &slot));)
    leave_others(engine, login);
  for (uint32_t slot = 0; (login = radmfa__pool_each(&engine->logins, &slot));) {
    if (login->state != RADMFA_STATE_DONE) radmfa__engine_release(engine, login);
    if (login->epoch) radmfa__engine_leave_epoch(engine, login->epoch);
    radmfa_wipe(login->bytes, login->len);
    if (login->bytes != login->room) radmfa__free(&allocator, login->bytes, login->size);
  }
  epoch_retire(engine, engine->epoch);
  radmfa__pool_cleanup(&engine->logins);
  radmfa__dedup_cleanup(&engine->dedup);
  radmfa__quota_close(&engine->pending);
  radmfa__free(radmfa__join_allocator(engine->join), engine->notes.items,
               engine->notes.size * sizeof *engine->notes.items);
  radmfa_join_table_unref(engine->join);
  radmfa_wipe(engine, sizeof *engine);
  radmfa__free(&allocator, engine, sizeof *engine);
}

int radmfa_engine_set_ruleset(radmfa_engine *engine, radmfa_ruleset *ruleset) {
  struct epoch *epoch = epoch_new(engine, ruleset);
  if (!epoch) return RADMFA_E_NO_MEMORY;
  radmfa__engine_sign_all(engine);
  epoch_retire(engine, engine->epoch);
  engine->epoch = epoch;
  return 0;
}

void radmfa_engine_set_limits(radmfa_engine *engine, uint32_t pending_max,
                              uint32_t kept_replies_max) {
  radmfa__quota_close(&engine->pending); /* what is in reserve was drawn under the old limit */
  engine->pending.max = pending_max;
  engine->dedup.kept_max = kept_replies_max;
}

void radmfa_engine_drain(radmfa_engine *engine) {
  engine->is_draining = true;
}

void radmfa_engine_stats_get(const radmfa_engine *engine, radmfa_engine_stats *out_stats) {
  *out_stats = engine->stats;
  out_stats->kept = engine->dedup.n_kept;
}

/* ---- notices ---- */

static const char *const drop_names[] = {
#define DROP_WORD(name, word) word,
    RADMFA_DROP_MAP(DROP_WORD)};

const char *radmfa_drop_name(radmfa_drop drop) {
  return drop_names[drop];
}

void radmfa__engine_drop(radmfa_engine *engine, const radmfa_datagram *datagram,
                         const struct client *client, radmfa_drop drop) {
  engine->stats.drops[drop]++;
  if (!engine->on_notice) return;
  radmfa_notice notice = {.type = RADMFA_NOTICE_DROP,
                          .now_ms = engine->now_ms,
                          .peer = datagram->peer,
                          .client = client ? client->name : NULL,
                          .secret_may_be_wrong = drop == RADMFA_DROP_FORGED,
                          .drop = drop,
                          .dropped = 1};
  engine->on_notice(&notice, engine->notice_user);
}

void radmfa__engine_notice(radmfa_engine *engine, const struct login *login,
                           radmfa_notice *notice) {
  if (!engine->on_notice) return;
  radmfa_packet packet = login_packet(login);
  notice->now_ms = engine->now_ms;
  notice->dropped = notice->type == RADMFA_NOTICE_DROP;
  notice->login_id = radmfa__login_id(engine->number, login);
  notice->peer = login->peer;
  notice->client = login->client->name;
  notice->policy = login->client->policy->name;
  notice->identity = login_identity(login);
  notice->user = radmfa__request_user(&packet);
  engine->on_notice(notice, engine->notice_user);
}

/* ---- in ---- */

/* The caller is back: what he borrowed is ours again. */
static void enter(radmfa_engine *engine, uint64_t now_ms) {
  radmfa__engine_end_operations(engine);
  if (now_ms > engine->now_ms) engine->now_ms = now_ms;
}

void radmfa_engine_datagrams(radmfa_engine *engine, const radmfa_datagram *datagrams, size_t n,
                             uint64_t now_ms) {
  enter(engine, now_ms);
  engine->stats.datagrams += n;
  for (size_t some; n; n -= some, datagrams += some) {
    some = n < ARRIVE_AT_ONCE ? n : ARRIVE_AT_ONCE;
    radmfa__engine_arrive(engine, datagrams, some);
  }
}

void radmfa_engine_datagram(radmfa_engine *engine, const radmfa_datagram *datagram,
                            uint64_t now_ms) {
  radmfa_engine_datagrams(engine, datagram, 1, now_ms);
}

void radmfa_engine_lost(radmfa_engine *engine, const radmfa_address *local, uint32_t datagrams,
                        uint64_t now_ms) {
  enter(engine, now_ms);
  engine->stats.drops[RADMFA_DROP_RECEIVE_BUFFER] += datagrams;
  if (!engine->on_notice) return;
  radmfa_notice notice = {.type = RADMFA_NOTICE_DROP,
                          .now_ms = engine->now_ms,
                          .peer = *local,
                          .drop = RADMFA_DROP_RECEIVE_BUFFER,
                          .dropped = datagrams};
  engine->on_notice(&notice, engine->notice_user);
}

void radmfa_engine_clock(radmfa_engine *engine, uint64_t now_ms) {
  struct deadline *due;
  struct login *old;
  enter(engine, now_ms);
  while ((due = radmfa__deadlines_pop(&engine->deadlines, engine->now_ms)))
    radmfa__engine_take_due(engine, CONTAINER(struct login, due, due));
  while ((old = radmfa__dedup_pop_old(&engine->dedup, engine->now_ms)))
    radmfa__engine_discard_removed(engine, old);
}

uint64_t radmfa_engine_next_due(const radmfa_engine *engine) {
  uint64_t login_ms = radmfa__deadlines_next(&engine->deadlines);
  uint64_t kept_ms = radmfa__dedup_next_due(&engine->dedup);
  return login_ms < kept_ms ? login_ms : kept_ms;
}

bool radmfa_engine_inbox(radmfa_engine *engine, uint64_t now_ms) {
  struct list verdicts, *link;
  enter(engine, now_ms);
  list_init(&verdicts);
  if (!radmfa__inbox_take(engine->inbox, &engine->notes, &verdicts)) {
    engine->is_awake = false;
    return false;
  }
  for (uint32_t i = 0; i < engine->notes.n; i++)
    radmfa__engine_take_note(engine, &engine->notes.items[i]);
  engine->notes.n = 0;
  while ((link = list_pop(&verdicts)))
    radmfa__engine_take_verdict(engine, CONTAINER(struct login, join_link, link));
  return true;
}

/* What a follower's leader says of the person is its leader's thread's to write. */
static radmfa_pending pending_of(const radmfa_engine *engine, const struct login *login) {
  const struct policy *policy = login->client->policy;
  radmfa_packet packet = login_packet(login);
  radmfa_pending pending = {.login_id = radmfa__login_id(engine->number, login),
                            .peer = login->peer,
                            .client = login->client->name,
                            .policy = policy->name,
                            .user = radmfa__request_user(&packet),
                            .state = (radmfa_login_state)login->state,
                            .arrived_ms = login->arrived_ms,
                            .deadline_ms = login->arrived_ms + login->client->wait_ms};
  if (login->state != RADMFA_STATE_FOLLOWS) pending.identity = login_identity(login);
  if (login->state == RADMFA_STATE_FACTOR) pending.factor = policy->factors[login->factor].name;
  return pending;
}

size_t radmfa_engine_pending(const radmfa_engine *engine, uint32_t *inout_place,
                             radmfa_pending *out_logins, size_t max) {
  uint32_t n_slots = radmfa__pool_slots(&engine->logins), end = n_slots;
  const struct login *login;
  size_t n = 0;
  if (*inout_place < n_slots && n_slots - *inout_place > RADMFA_PENDING_LOOK)
    end = *inout_place + RADMFA_PENDING_LOOK;
  while (n < max && (login = radmfa__pool_each_before(&engine->logins, inout_place, end)))
    if (login->state != RADMFA_STATE_DONE) out_logins[n++] = pending_of(engine, login);
  if (*inout_place >= n_slots) *inout_place = 0;
  return n;
}

bool radmfa_engine_is_pending(const radmfa_engine *engine, uint64_t login_id) {
  const struct login *login = radmfa__pool_find(&engine->logins, radmfa__login_number(login_id));
  return radmfa__login_engine(login_id) == engine->number && login &&
         login->state != RADMFA_STATE_DONE;
}
