/* world_in.h: the inside of a world, shared by world.c (its life and its clock) and judge.c (what
 * must hold of whatever an engine does). */
#ifndef RADMFA_TESTS_WORLD_IN_H
#define RADMFA_TESTS_WORLD_IN_H

#include "doom.h"
#include "world.h"

#include <radmfa/error.h>

#define LABEL_SIZE 16u
#define LINE_SIZE 160u
#define USERS_MAX 64u
#define GENERATIONS_MAX 64u

struct waiter {
  struct request request;
  struct sent sent;
  char label[LABEL_SIZE];
  unsigned replies;
  uint8_t *reply; /* malloc: the first */
  size_t reply_len;
  uint64_t replied_ms;
  bool was_refused_early; /* a limit: a retransmission is a fresh try */
};

/* A login as its backends know it. */
struct asked {
  uint64_t id;
  int waiter;
  bool primary_out, primary_answered, primary_accepted;
  bool factor_out, factor_answered, approved;
  unsigned factors_started; /* one bit for each */
  unsigned ended;
};

struct generation {
  struct world_in *in;
  radmfa_ruleset *ruleset; /* our reference, NULL once given up */
  radmfa_primary primary;
  radmfa_factor factor;
  struct factor_backend {
    struct generation *generation;
    const char *name;
    unsigned number;
  } factors[RADMFA_FACTORS_MAX];
  bool is_released;
};

struct answer_due {
  uint64_t due_ms, id;
  bool is_factor;
  radmfa_primary_answer primary;
  radmfa_factor_answer factor;
};

struct user {
  const char *name, *password;
  bool is_blocked;
};

struct world_in {
  struct world_options options;
  struct heap heap;
  radmfa_allocator allocator;
  radmfa_secret *secret; /* the clients' own */
  radmfa_join_table *join;
  radmfa_engine *engines[WORLD_ENGINES_MAX];
  struct generation *generations[GENERATIONS_MAX];
  unsigned n_generations, n_released;
  uint64_t now_ms;
  bool pumps_by_itself;
  uint8_t forwarded[RADMFA_PACKET_SIZE_MAX];
  size_t forwarded_len;

  struct user users[USERS_MAX];
  unsigned n_users;
  uint64_t primary_ms, factor_ms;
  bool primary_is_told, factor_is_told;
  radmfa_primary_answer primary_says;
  radmfa_factor_answer factor_says;

  struct waiter *waiters;
  int n_waiters;
  struct asked *asked;
  int n_asked;
  struct answer_due *due;
  int n_due;
  char (*log)[LINE_SIZE];
  size_t n_log;

  unsigned checks, calls, cancelled, replies, logins, lose_in;
  uint64_t *ended; /* ids of logins that ended */
  radmfa_notice last_login, last_drop;
  char last_user[256];
};

void world__log(struct world_in *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
void *world__grown(void *array, size_t n, size_t item_size);
struct asked *world__asked(struct world_in *in, uint64_t id);
const struct user *world__user(const struct world_in *in, radmfa_span name);

/* judge.c */
void world__perform(struct world_in *in, unsigned engine, const radmfa_operation *operation);
void world__notice(const radmfa_notice *notice, void *user);
/* What a primary that knows its users says. */
radmfa_primary_answer world__by_the_book(const struct world_in *in, radmfa_span name,
                                         radmfa_span password, bool by_pap);
void world__give_primary_answer(struct world_in *in, uint64_t id,
                                const radmfa_primary_answer *answer);
void world__give_factor_answer(struct world_in *in, uint64_t id, radmfa_factor_answer answer);

#endif
