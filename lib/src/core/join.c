#include "join.h"

#include "mem.h"

#include "core.h"

#define STRIPES 64u /* locks: engines seldom want the same one */

struct stripe {
  pthread_mutex_t lock;
  struct table leaders; /* logins by key */
  struct approvals approvals;
};

struct radmfa_join_table {
  radmfa_allocator allocator;
  radmfa_hash_key key;
  radmfa_hash128 mark;
  atomic_uint references;
  atomic_uint pending;
  atomic_bool any_approval; /* ever: where approvals are not reused, rejects need no lock */
  struct stripe stripes[STRIPES];
  pthread_mutex_t learned_lock;
  struct learned learned;
  pthread_mutex_t engines_lock;
  struct inbox *_Atomic inboxes[RADMFA_ENGINES_MAX];
};

/* ---- life ---- */

static void stripe_cleanup(struct stripe *stripe) {
  radmfa__table_cleanup(&stripe->leaders);
  radmfa__approvals_cleanup(&stripe->approvals);
  pthread_mutex_destroy(&stripe->lock);
}

static int stripe_init(struct stripe *stripe, const radmfa_allocator *allocator) {
  TRY(radmfa__table_init(&stripe->leaders, allocator, 64));
  int error = radmfa__approvals_init(&stripe->approvals, allocator);
  if (!error && pthread_mutex_init(&stripe->lock, NULL)) {
    radmfa__approvals_cleanup(&stripe->approvals);
    error = RADMFA_E_NO_MEMORY;
  }
  if (error) radmfa__table_cleanup(&stripe->leaders);
  return error;
}

static int table_init(radmfa_join_table *table) {
  size_t n = 0;
  int error = 0;
  while (n < STRIPES && !(error = stripe_init(&table->stripes[n], &table->allocator))) n++;
  if (!error) error = radmfa__learned_init(&table->learned, table->key, &table->allocator);
  if (!error && (pthread_mutex_init(&table->learned_lock, NULL) ||
                 pthread_mutex_init(&table->engines_lock, NULL)))
    error = RADMFA_E_NO_MEMORY; /* never on Linux */
  if (error)
    while (n > 0) stripe_cleanup(&table->stripes[--n]);
  return error;
}

int radmfa_join_table_new(const uint8_t random_key[16], const radmfa_allocator *allocator,
                          radmfa_join_table **out_table) {
  radmfa_allocator chosen = radmfa__allocator(allocator);
  radmfa_join_table *table = radmfa__alloc(&chosen, sizeof *table);
  if (!table) return RADMFA_E_NO_MEMORY;
  table->allocator = chosen;
  table->key = radmfa__hash_key(random_key);
  table->mark = radmfa__hash128(table->key, "Proxy-State", 11);
  atomic_init(&table->references, 1);
  int error = table_init(table);
  if (error) {
    radmfa__free(&chosen, table, sizeof *table);
    return error;
  }
  *out_table = table;
  return 0;
}

radmfa_join_table *radmfa__join_table_ref(radmfa_join_table *table) {
  atomic_fetch_add_explicit(&table->references, 1, memory_order_relaxed);
  return table;
}

void radmfa_join_table_unref(radmfa_join_table *table) {
  if (!table || atomic_fetch_sub_explicit(&table->references, 1, memory_order_acq_rel) > 1) return;
  radmfa_allocator allocator = table->allocator;
  for (size_t i = 0; i < STRIPES; i++) stripe_cleanup(&table->stripes[i]);
  radmfa__learned_cleanup(&table->learned);
  pthread_mutex_destroy(&table->learned_lock);
  pthread_mutex_destroy(&table->engines_lock);
  for (size_t i = 0; i < RADMFA_ENGINES_MAX; i++) {
    struct inbox *inbox = table->inboxes[i];
    if (!inbox) continue;
    radmfa__inbox_cleanup(inbox);
    radmfa__free(&allocator, inbox, sizeof *inbox);
  }
  radmfa_wipe(&table->key, sizeof table->key);
  radmfa__free(&allocator, table, sizeof *table);
}

const radmfa_allocator *radmfa__join_allocator(const radmfa_join_table *table) {
  return &table->allocator;
}

radmfa_hash_key radmfa__join_key(const radmfa_join_table *table) {
  return table->key;
}

radmfa_span radmfa__join_mark(const radmfa_join_table *table) {
  return (radmfa_span){(const uint8_t *)&table->mark, sizeof table->mark};
}

atomic_uint *radmfa__join_pending(radmfa_join_table *table) {
  return &table->pending;
}

/* ---- engines and the way to them ---- */

/* An inbox stays with the table when its engine goes, deaf: a backend's late answer finds it and
 * does no harm. Its number is not used again, since login ids of the old engine may still be
 * about. */
int radmfa__join_register(radmfa_join_table *table, void (*wake)(void *user), void *wake_user,
                          uint16_t *out_engine, struct inbox **out_inbox) {
  struct inbox *inbox = radmfa__alloc(&table->allocator, sizeof *inbox);
  if (!inbox) return RADMFA_E_NO_MEMORY;
  int error = radmfa__inbox_init(inbox, &table->allocator, wake, wake_user);
  pthread_mutex_lock(&table->engines_lock);
  uint16_t engine = 0;
  while (engine < RADMFA_ENGINES_MAX && table->inboxes[engine]) engine++;
  if (!error && engine == RADMFA_ENGINES_MAX) {
    radmfa__inbox_cleanup(inbox);
    error = RADMFA_E_TOO_BIG;
  }
  if (!error) table->inboxes[engine] = inbox;
  pthread_mutex_unlock(&table->engines_lock);
  if (error) {
    radmfa__free(&table->allocator, inbox, sizeof *inbox);
    return error;
  }
  *out_engine = engine;
  *out_inbox = inbox;
  return 0;
}

void radmfa__join_unregister(radmfa_join_table *table, uint16_t engine) {
  struct inbox *inbox = table->inboxes[engine];
  pthread_mutex_lock(&inbox->lock);
  inbox->is_deaf = true;
  pthread_mutex_unlock(&inbox->lock);
}

uint16_t radmfa__login_engine(uint64_t login_id) {
  return (uint16_t)(login_id >> (POOL_SLOT_BITS + POOL_GENERATION_BITS));
}

uint64_t radmfa__login_id(uint16_t engine, const struct login *login) {
  return (uint64_t)engine << (POOL_SLOT_BITS + POOL_GENERATION_BITS) | radmfa__pool_number(login);
}

uint64_t radmfa__login_number(uint64_t login_id) {
  return login_id & (((uint64_t)1 << (POOL_SLOT_BITS + POOL_GENERATION_BITS)) - 1);
}

static int put(radmfa_join_table *table, uint64_t login_id, struct note note) {
  uint16_t engine = radmfa__login_engine(login_id);
  struct inbox *inbox = engine < RADMFA_ENGINES_MAX ? table->inboxes[engine] : NULL;
  if (!inbox) return RADMFA_E_NOT_FOUND;
  note.number = radmfa__login_number(login_id);
  return radmfa__inbox_put(inbox, &note);
}

/* Message-Authenticator and Proxy-State are the library's own business. */
static int check_attributes(radmfa_span attributes) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  static const uint8_t nothing[RADMFA_AUTHENTICATOR_SIZE];
  radmfa_builder builder;
  if (!attributes.len) return 0;
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_ACCESS_ACCEPT, 0, nothing);
  radmfa_build_attrs(&builder, attributes);
  radmfa_wipe(buffer, sizeof buffer); /* what replies hide is in clear here (backend.h) */
  return builder.error;
}

int radmfa_answer_primary(radmfa_join_table *table, uint64_t login_id,
                          const radmfa_primary_answer *answer) {
  struct note note = {.kind = NOTE_PRIMARY,
                      .answer = (uint8_t)answer->verdict,
                      .reason = (uint8_t)answer->reason,
                      .admission = (uint8_t)answer->admission,
                      .was_asked = answer->was_asked};
  if ((unsigned)answer->verdict > RADMFA_PRIMARY_OVER_LIMIT) note.answer = RADMFA_PRIMARY_REJECT;
  if ((unsigned)answer->admission > RADMFA_ADMISSION_BYPASS)
    note.admission = RADMFA_ADMISSION_FACTOR;
  if (answer->identity.len > UINT8_MAX) return RADMFA_E_TOO_BIG;
  TRY(check_attributes(answer->attributes));
  if (answer->attributes.len || answer->identity.len) {
    note.blob = radmfa__blob_new(&table->allocator, answer->attributes, answer->identity);
    if (!note.blob) return RADMFA_E_NO_MEMORY;
  }
  int error = put(table, login_id, note);
  if (error) radmfa__blob_unref(&table->allocator, note.blob);
  return error;
}

int radmfa_answer_factor(radmfa_join_table *table, uint64_t login_id, radmfa_factor_answer answer) {
  if ((unsigned)answer > RADMFA_FACTOR_NOT_ENROLLED) answer = RADMFA_FACTOR_DENIED;
  return put(table, login_id, (struct note){.kind = NOTE_FACTOR, .answer = (uint8_t)answer});
}

int radmfa_hang_up(radmfa_join_table *table, uint64_t login_id) {
  return put(table, login_id, (struct note){.kind = NOTE_HANG_UP});
}

/* ---- leaders and followers ---- A follower's join_link, role and verdict belong to the lock of
 * its key's stripe while it is JOIN_FOLLOWER; from JOIN_DELIVERED on the link belongs to its
 * inbox's lock and the rest to its own engine. */

static struct stripe *stripe_of(radmfa_join_table *table, uint64_t hash) {
  return &table->stripes[hash >> 32 & (STRIPES - 1)];
}

/* One that is not `self`, with its key: of that person or, where that is 0, of that name. */
static struct login *find_leader(const struct stripe *stripe, const struct login *self,
                                 uint64_t name, uint64_t person) {
  struct table_node *node = radmfa__table_first(&stripe->leaders, self->key.a);
  for (; node; node = radmfa__table_next(&stripe->leaders, node)) {
    struct login *leader = CONTAINER(struct login, by_key, node);
    if (leader == self || leader->key.b != self->key.b) continue;
    if (person ? leader->person == person : leader->name == name) return leader;
  }
  return NULL;
}

static void follow(struct login *follower, struct login *leader) {
  follower->join_role = JOIN_FOLLOWER;
  follower->leader = leader;
  list_append(&leader->join_link, &follower->join_link);
}

bool radmfa__join_enter(radmfa_join_table *table, struct login *login) {
  struct stripe *stripe = stripe_of(table, login->key.a);
  pthread_mutex_lock(&stripe->lock);
  struct login *leader = find_leader(stripe, login, login->name, 0);
  if (leader) {
    follow(login, leader);
  } else {
    login->join_role = JOIN_LEADER;
    list_init(&login->join_link);
    radmfa__table_insert(&stripe->leaders, &login->by_key, login->key.a);
  }
  pthread_mutex_unlock(&stripe->lock);
  return leader != NULL;
}

bool radmfa__join_follow(radmfa_join_table *table, struct login *login) {
  struct stripe *stripe = stripe_of(table, login->key.a);
  pthread_mutex_lock(&stripe->lock);
  struct login *leader = find_leader(stripe, login, login->name, 0);
  if (leader) follow(login, leader);
  pthread_mutex_unlock(&stripe->lock);
  return leader != NULL;
}

bool radmfa__join_person(radmfa_join_table *table, struct login *login, uint64_t person) {
  struct stripe *stripe = stripe_of(table, login->key.a);
  pthread_mutex_lock(&stripe->lock);
  struct login *leader = find_leader(stripe, login, 0, person);
  if (leader) {
    struct list *link;
    radmfa__table_remove(&stripe->leaders, &login->by_key);
    while ((link = list_pop(&login->join_link)))
      follow(CONTAINER(struct login, join_link, link), leader);
    follow(login, leader);
  }
  login->person = person;
  pthread_mutex_unlock(&stripe->lock);
  return leader != NULL;
}

static void deliver(radmfa_join_table *table, struct login *follower, const struct login *leader) {
  follower->join_role = JOIN_DELIVERED;
  follower->leader = NULL;
  follower->verdict = leader->verdict;
  follower->reason = leader->reason;
  if (!follower->person) { /* whoever asked his own primary keeps what it said to him alone */
    follower->primary_said = leader->primary_said;
    follower->forget_on_silence = leader->forget_on_silence;
    follower->blob = radmfa__blob_ref(leader->blob);
  }
  radmfa__inbox_put_verdict(table->inboxes[follower->engine], follower);
}

uint32_t radmfa__join_finish(radmfa_join_table *table, struct login *leader) {
  struct stripe *stripe = stripe_of(table, leader->key.a);
  struct list *link;
  uint32_t n = 0;
  pthread_mutex_lock(&stripe->lock);
  radmfa__table_remove(&stripe->leaders, &leader->by_key);
  leader->join_role = JOIN_NONE;
  while ((link = list_pop(&leader->join_link))) {
    struct login *follower = CONTAINER(struct login, join_link, link);
    n += !follower->is_dropped;
    deliver(table, follower, leader);
  }
  pthread_mutex_unlock(&stripe->lock);
  return n;
}

void radmfa__join_leave(radmfa_join_table *table, struct login *follower, struct inbox *own_inbox) {
  struct stripe *stripe = stripe_of(table, follower->key.a);
  uint64_t abandoned = UINT64_MAX;
  pthread_mutex_lock(&stripe->lock);
  if (follower->join_role == JOIN_FOLLOWER) {
    struct login *leader = follower->leader;
    list_remove(&follower->join_link);
    if (leader->is_dropped && list_empty(&leader->join_link))
      abandoned = radmfa__login_id(leader->engine, leader);
  } else {
    radmfa__inbox_remove(own_inbox, follower);
  }
  follower->join_role = JOIN_NONE;
  pthread_mutex_unlock(&stripe->lock);
  if (abandoned == UINT64_MAX) return;
  int error = put(table, abandoned, (struct note){.kind = NOTE_ABANDONED});
  (void)error; /* without memory the leader hears nothing, and ends at its deadline */
}

bool radmfa__join_leave_alone(radmfa_join_table *table, struct login *leader) {
  struct stripe *stripe = stripe_of(table, leader->key.a);
  pthread_mutex_lock(&stripe->lock);
  bool alone = list_empty(&leader->join_link);
  if (alone) {
    radmfa__table_remove(&stripe->leaders, &leader->by_key);
    leader->join_role = JOIN_NONE;
  }
  pthread_mutex_unlock(&stripe->lock);
  return alone;
}

bool radmfa__join_abandon(radmfa_join_table *table, struct login *leader) {
  struct stripe *stripe = stripe_of(table, leader->key.a);
  pthread_mutex_lock(&stripe->lock);
  bool alone = list_empty(&leader->join_link);
  leader->is_dropped = true;
  if (alone) {
    radmfa__table_remove(&stripe->leaders, &leader->by_key);
    leader->join_role = JOIN_NONE;
  }
  pthread_mutex_unlock(&stripe->lock);
  return alone;
}

/* ---- fresh approvals ---- */

void radmfa__join_approve(radmfa_join_table *table, uint64_t user, radmfa_hash128 key,
                          uint64_t now_ms, uint32_t for_ms) {
  struct stripe *stripe = stripe_of(table, user);
  pthread_mutex_lock(&stripe->lock);
  radmfa__approvals_add(&stripe->approvals, user, key, now_ms, for_ms);
  pthread_mutex_unlock(&stripe->lock);
  atomic_store_explicit(&table->any_approval, true, memory_order_release);
}

bool radmfa__join_approved(radmfa_join_table *table, uint64_t user, radmfa_hash128 key,
                           uint64_t now_ms) {
  if (!atomic_load_explicit(&table->any_approval, memory_order_acquire)) return false;
  struct stripe *stripe = stripe_of(table, user);
  pthread_mutex_lock(&stripe->lock);
  bool approved = radmfa__approvals_take(&stripe->approvals, user, key, now_ms);
  pthread_mutex_unlock(&stripe->lock);
  return approved;
}

void radmfa__join_disapprove(radmfa_join_table *table, uint64_t user) {
  if (!atomic_load_explicit(&table->any_approval, memory_order_acquire)) return;
  struct stripe *stripe = stripe_of(table, user);
  pthread_mutex_lock(&stripe->lock);
  radmfa__approvals_forget(&stripe->approvals, user);
  pthread_mutex_unlock(&stripe->lock);
}

/* ---- addresses that sign ---- */

void radmfa__join_learn(radmfa_join_table *table, const uint8_t ip[16]) {
  pthread_mutex_lock(&table->learned_lock);
  radmfa__learned_add(&table->learned, ip);
  pthread_mutex_unlock(&table->learned_lock);
}

bool radmfa__join_knows(radmfa_join_table *table, const uint8_t ip[16]) {
  pthread_mutex_lock(&table->learned_lock);
  bool known = radmfa__learned_has(&table->learned, ip);
  pthread_mutex_unlock(&table->learned_lock);
  return known;
}
