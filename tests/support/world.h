/* world.h: a whole server in memory: engines on one join table, clients that judge every reply, a
 * primary and factors that do as they are told, and a clock that moves when the test says so.
 * Whatever is wrong whatever the test (a reply that is not genuine, a second call for one login, an
 * accept that nobody approved, a leak) aborts it. */
#ifndef RADMFA_TESTS_WORLD_H
#define RADMFA_TESTS_WORLD_H

#include "heap.h"
#include "traffic.h"

#include <radmfa/engine.h>

#define WORLD_ENGINES_MAX 4u

struct world {
  struct world_in *in;
};

struct world_options {
  unsigned engines;
  const char *factors[RADMFA_FACTORS_MAX]; /* names, the first NULL ends them */
  radmfa_policy_options policy;            /* but for name, primary and factors */
  radmfa_client_options client; /* but for name, prefixes, secret and policy: two clients have it */
  radmfa_engine_options engine; /* limits only */
  unsigned methods;
  bool is_upstream;
  radmfa_upstream *upstream; /* instead of the world's own primary, which answers for it */
  bool is_manual;            /* the primary says nothing by itself */
};

/* One engine, the factor "phone", a phone that rings until it is told otherwise, and the library's
 * defaults. */
void world_options_init(struct world_options *options);
struct world world_new(const struct world_options *options);

enum factor_kind { FACTOR_NONE, FACTOR_CALL };
/* A user whose password is "right". */
struct world world_with_user(const char *user, enum factor_kind factor);

/* Lets everything end, and checks that it did: no login open, nothing remembered, no quota used, no
 * octet leaked. */
void world_end(struct world *w);

/* ---- backends ---- */

/* A primary that is not manual knows these, answers after world_primary_takes (0: inside start), or
 * as world_primary_says. */
void world_add_user(struct world *w, const char *user, const char *password);
void world_block_user(struct world *w, const char *user);
void world_primary_takes(struct world *w, uint64_t ms);
void world_primary_says(struct world *w, radmfa_primary_answer answer);
/* Every call from now on is answered so. */
void world_factor_says(struct world *w, radmfa_factor_answer answer, uint64_t after_ms);
/* Now, for the login that this waiter began. */
void world_answer_primary(struct world *w, int waiter, radmfa_primary_answer answer);
void world_answer_factor(struct world *w, int waiter, radmfa_factor_answer answer);

/* As an administrator who ends it. */
void world_hang_up(struct world *w, int waiter);

/* The n-th of those whose password is being checked, whose phone rings; -1: not so many. */
int world_checked(const struct world *w, unsigned n);
int world_rung(const struct world *w, unsigned n);
/* As a primary that is not manual would. */
void world_answer_by_the_book(struct world *w, int waiter);
/* Whether that waiter ever began a login. */
bool world_has_begun(const struct world *w, int waiter);

/* ---- clients ---- */

/* Returns the waiter's number; the same number for a retransmission. */
int world_send(struct world *w, struct request request);
void world_send_again(struct world *w, int waiter);
void world_send_bytes(struct world *w, radmfa_span bytes, const char *peer);
/* Prepared ones, to the first engine in one call; world_pump has what comes of it done. */
void world_send_together(struct world *w, const int *waiters, size_t n);
/* Builds and remembers it without sending. */
int world_prepare(struct world *w, struct request request);

/* ---- time ---- */

uint64_t world_now(const struct world *w);
void world_advance_ms(struct world *w, uint64_t ms);
void world_advance_to(struct world *w, uint64_t at_ms);
/* When something happens next, UINT64_MAX: never. */
uint64_t world_next_due(const struct world *w);

/* ---- the program ---- */

/* Returns what radmfa_engine_set_ruleset or the ruleset said, 0 or an error. */
int world_reload(struct world *w, const struct world_options *options);
void world_drain(struct world *w);
/* Frees an engine with all that is pending there, and makes a new one in its place. */
void world_replace_engine(struct world *w, unsigned engine);
/* Loses the n-th reply from now on. */
void world_lose_reply(struct world *w, unsigned n);
/* false: what backends and other engines leave stays in the inboxes until world_pump. */
void world_pump_by_itself(struct world *w, bool by_itself);
void world_pump(struct world *w, unsigned engine);
struct heap *world_heap(struct world *w);
radmfa_engine *world_engine(struct world *w, unsigned engine);
radmfa_join_table *world_join_table(struct world *w);
unsigned world_rulesets_released(const struct world *w);

/* ---- what happened ---- */

unsigned world_checks(const struct world *w);
/* What was forwarded last. */
radmfa_span world_forwarded(const struct world *w);
unsigned world_calls_placed(const struct world *w);
unsigned world_calls_ringing(const struct world *w);
unsigned world_calls_cancelled(const struct world *w);
unsigned world_replies(const struct world *w); /* datagrams, repeated ones included */
unsigned world_replies_to(const struct world *w, int waiter);
uint8_t world_code(const struct world *w, int waiter); /* of its reply, 0: none */
uint64_t world_replied_at(const struct world *w, int waiter);
unsigned world_logins(const struct world *w);          /* ended */
radmfa_notice world_last_login(const struct world *w); /* its spans are empty; so the next */
radmfa_notice world_last_drop(const struct world *w);
const char *world_user_of_last_notice(const struct world *w);
radmfa_engine_stats world_stats(const struct world *w, unsigned engine);

/* What happened since the last world_log_clear, in order, as in tests/replay/README.md.
 * WORLD_TRACE=1 in the environment prints it. */
size_t world_log_len(const struct world *w);
const char *world_log_line(const struct world *w, size_t i);
void world_log_clear(struct world *w);

#endif
