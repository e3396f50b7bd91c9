/* ldap_pool.c: lines, each with a connection or waiting for one, and what the server is worth at
 * present. */
#include "ldap_pool.h"

#include "ldap_code.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define STALL_MS 500u
#define BACKOFF_MS 1000u
#define BACKOFF_MAX_MS 30000u
/* A directory may lock the account that binds with a wrong password too often. */
#define REFUSED_MS 300000u
#define OPENING_MAX 2u      /* a handshake holds the loop for half a millisecond or more */
#define SHORT_LIFE_MS 1000u /* who ends connections sooner is not well */

enum line_state {
  LINE_CLOSED,
  LINE_OPENING,
  LINE_PROVING, /* it is asked for something of ours, to see that it answers */
  LINE_IDLE,
  LINE_BUSY,
  LINE_ANSWERED, /* its callback is at work, which may ask for more */
};

enum worth {
  WORTH_ALL,   /* works, as far as we know */
  WORTH_TRIAL, /* was silent; connects again, and gets one thing at a time */
  WORTH_NOTHING,
};

struct ldap_line {
  struct ldap_pool *pool;
  struct ldap_connection *connection;
  enum line_state state;
  uint64_t since_ms; /* it is busy, or has been ready */
  bool has_served;
  ldap_answer_cb answered;
  void *user;
};

struct ldap_pool {
  struct ldap_pool_options options;
  uv_loop_t *loop;
  uv_timer_t retry;
  bool is_closing;
  size_t n_alive; /* connections and the timer: what is not closed yet */
  enum worth worth;
  bool is_up, is_down; /* was told; neither at first */
  unsigned n_failures; /* in a row */
  uint64_t retry_at_ms;
  struct ldap_line lines[];
};

static uint64_t now_ms(const struct ldap_pool *pool) {
  return uv_now(pool->loop);
}

static unsigned count(const struct ldap_pool *pool, enum line_state state) {
  unsigned n = 0;
  for (unsigned i = 0; i < pool->options.n_connections; i++) n += pool->lines[i].state == state;
  return n;
}

static bool is_service(const struct ldap_pool *pool) {
  return pool->options.name.len > 0;
}

static const char *error_text(int error) {
  return error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error);
}

/* ---- what the server is worth ---- */

static void tell_up(struct ldap_pool *pool) {
  if (pool->is_up) return;
  pool->is_up = true;
  pool->is_down = false;
  pool->options.up(pool->options.user);
}

static void tell_down(struct ldap_pool *pool, int error, const char *detail) {
  if (pool->is_down) return;
  pool->is_down = true;
  pool->is_up = false;
  pool->options.down(error, detail, pool->options.user);
}

/* The wait doubles; the upper half of it is random, so that servers are not tried in step. */
static uint64_t backoff_ms(const struct ldap_pool *pool) {
  uint64_t wait_ms = pool->options.backoff_ms;
  for (unsigned i = 1; i < pool->n_failures && wait_ms < pool->options.backoff_max_ms; i++)
    wait_ms *= 2;
  if (wait_ms > pool->options.backoff_max_ms) wait_ms = pool->options.backoff_max_ms;
  return wait_ms - randombytes_uniform((uint32_t)(wait_ms / 2 + 1));
}

/* Connections that fail while we wait because of another one are the same failure. */
static void note_failure(struct ldap_pool *pool, int error, const char *detail) {
  if (now_ms(pool) >= pool->retry_at_ms) {
    pool->n_failures++;
    pool->retry_at_ms = now_ms(pool) + backoff_ms(pool);
  }
  if (pool->worth == WORTH_NOTHING || count(pool, LINE_IDLE) + count(pool, LINE_BUSY) == 0)
    tell_down(pool, error, detail);
}

static void note_answer(struct ldap_pool *pool) {
  pool->worth = WORTH_ALL;
  pool->n_failures = 0;
  tell_up(pool);
}

static bool is_stalled(const struct ldap_pool *pool) {
  for (unsigned i = 0; i < pool->options.n_connections; i++) {
    const struct ldap_line *line = &pool->lines[i];
    if (line->state == LINE_BUSY && now_ms(pool) > line->since_ms + pool->options.stall_ms)
      return true;
  }
  return false;
}

/* The connection may have found out for itself that it is not idle any more. */
static struct ldap_line *idle_line(const struct ldap_pool *pool) {
  for (unsigned i = 0; i < pool->options.n_connections; i++) {
    const struct ldap_line *line = &pool->lines[i];
    if (line->state == LINE_IDLE && ldap_connection_is_idle(line->connection))
      return line->pool->lines + i;
  }
  return NULL;
}

bool ldap_pool_may_ask(const struct ldap_pool *pool) {
  if (pool->worth == WORTH_NOTHING || is_stalled(pool)) return false;
  if (pool->worth == WORTH_TRIAL && count(pool, LINE_BUSY) > 0) return false;
  return idle_line(pool) != NULL;
}

/* ---- connections ---- */

static void open_more(struct ldap_pool *pool);

static void on_retry(uv_timer_t *timer) {
  open_more(timer->data);
}

static void on_ready(const radmfa_stream_info *info, void *user);
static void on_message(const struct ldap_message *message, void *user);
static void on_closed(int error, const char *detail, void *user);

static int open_line(struct ldap_line *line) {
  static const struct ldap_connection_callbacks callbacks = {on_ready, on_message, on_closed};
  struct ldap_pool *pool = line->pool;
  int error = ldap_connection_open(pool->loop, &pool->options.connection, &callbacks, line,
                                   &line->connection);
  if (error) return error;
  pool->n_alive++;
  line->state = LINE_OPENING;
  line->has_served = false;
  return 0;
}

/* A server that is ill is tried by one connection, so is a service account's password. */
static bool may_open(const struct ldap_pool *pool) {
  bool is_careful = pool->n_failures > 0 || (is_service(pool) && !pool->is_up);
  unsigned n_opening = count(pool, LINE_OPENING) + count(pool, LINE_PROVING);
  return n_opening < (is_careful ? 1 : OPENING_MAX) && now_ms(pool) >= pool->retry_at_ms;
}

static void open_lines(struct ldap_pool *pool) {
  for (unsigned i = 0; i < pool->options.n_connections && may_open(pool); i++) {
    struct ldap_line *line = &pool->lines[i];
    int error = line->state == LINE_CLOSED ? open_line(line) : 0;
    if (error) note_failure(pool, error, error_text(error));
  }
}

static void open_more(struct ldap_pool *pool) {
  if (pool->is_closing) return;
  uv_update_time(pool->loop);
  open_lines(pool);
  if (count(pool, LINE_CLOSED) > 0 && pool->retry_at_ms > now_ms(pool))
    (void)uv_timer_start(&pool->retry, on_retry, pool->retry_at_ms - now_ms(pool), 0);
}

/* ---- proving ---- */

static void on_ready(const radmfa_stream_info *info, void *user) {
  struct ldap_line *line = user;
  const struct ldap_pool_options *options = &line->pool->options;
  (void)info;
  line->state = LINE_PROVING;
  int error = is_service(line->pool)
                  ? ldap_connection_bind(line->connection, options->name, options->password)
                  : ldap_connection_probe(line->connection);
  if (!error) return;
  note_failure(line->pool, error, error_text(error));
  ldap_connection_close(line->connection);
}

static void tell_free(struct ldap_pool *pool) {
  if (!pool->is_closing && ldap_pool_may_ask(pool)) pool->options.free_again(pool->options.user);
}

static void pass_proof(struct ldap_line *line) {
  struct ldap_pool *pool = line->pool;
  line->since_ms = now_ms(pool);
  line->state = LINE_IDLE;
  pool->retry_at_ms = 0;
  if (pool->worth == WORTH_ALL) pool->n_failures = 0;
  if (pool->worth == WORTH_NOTHING) pool->worth = WORTH_TRIAL;
  tell_up(pool);
  open_more(pool);
  tell_free(pool);
}

static void fail_proof(struct ldap_line *line, const struct ldap_message *message) {
  struct ldap_pool *pool = line->pool;
  char detail[256];
  (void)snprintf(detail, sizeof detail, "the service account may not bind: %s (result %d)",
                 ldap_bind_outcome_name(ldap_bind_outcome(message->result, message->diagnostic)),
                 message->result);
  pool->n_failures++;
  pool->retry_at_ms = now_ms(pool) + REFUSED_MS;
  ldap_connection_close(line->connection);
  tell_down(pool, 0, detail);
}

static void take_proof(struct ldap_line *line, const struct ldap_message *message) {
  if (message->type == LDAP_BIND_RESPONSE && message->result != 0)
    fail_proof(line, message);
  else if (message->type == LDAP_BIND_RESPONSE || message->type == LDAP_SEARCH_DONE)
    pass_proof(line);
}

/* ---- answers ---- */

static void take_answer(struct ldap_line *line, const struct ldap_message *message) {
  struct ldap_pool *pool = line->pool;
  bool is_last = message->type == LDAP_BIND_RESPONSE || message->type == LDAP_SEARCH_DONE;
  if (is_last) {
    line->state = LINE_ANSWERED;
    line->has_served = true;
    note_answer(pool);
  }
  line->answered(line, message, NULL, line->user);
  if (line->state == LINE_ANSWERED) line->state = LINE_IDLE;
  if (is_last) tell_free(pool);
}

static void on_message(const struct ldap_message *message, void *user) {
  struct ldap_line *line = user;
  if (line->state == LINE_PROVING)
    take_proof(line, message);
  else if (line->state == LINE_BUSY)
    take_answer(line, message);
}

/* ---- the end of a connection ---- */

static void forget_one(struct ldap_pool *pool) {
  if (--pool->n_alive == 0) free(pool);
}

/* Servers end connections that nobody used for long. */
static bool is_usual_end(const struct ldap_line *line) {
  return line->state == LINE_IDLE &&
         (line->has_served || now_ms(line->pool) > line->since_ms + SHORT_LIFE_MS);
}

/* What cost one its answer may have cut off the others as well: a firewall forgets them all. */
static void close_idle_ones(struct ldap_pool *pool) {
  for (unsigned i = 0; i < pool->options.n_connections; i++)
    if (pool->lines[i].state == LINE_IDLE) ldap_connection_close(pool->lines[i].connection);
}

static void lose_answer(struct ldap_line *line, int error, const char *detail) {
  struct ldap_pool *pool = line->pool;
  line->state = LINE_CLOSED;
  pool->worth = WORTH_NOTHING;
  note_failure(pool, error, detail);
  close_idle_ones(pool);
  line->answered(line, NULL, detail, line->user);
}

static void on_closed(int error, const char *detail, void *user) {
  struct ldap_line *line = user;
  struct ldap_pool *pool = line->pool;
  bool is_usual = is_usual_end(line), was_busy = line->state == LINE_BUSY;
  line->connection = NULL;
  if (pool->is_closing) {
    if (was_busy) line->answered(line, NULL, detail, line->user);
    forget_one(pool);
    return;
  }
  pool->n_alive--;
  if (was_busy) lose_answer(line, error, detail);
  line->state = LINE_CLOSED;
  /* we cancel where it was noted already */
  if (!was_busy && !is_usual && error != RADMFA_E_CANCELLED) note_failure(pool, error, detail);
  open_more(pool);
}

/* ---- asking ---- */

static void begin(struct ldap_line *line, ldap_answer_cb answered, void *user) {
  line->state = LINE_BUSY;
  line->since_ms = now_ms(line->pool);
  line->answered = answered;
  line->user = user;
}

int ldap_pool_bind(struct ldap_pool *pool, radmfa_span name, radmfa_span password,
                   ldap_answer_cb answered, void *user) {
  struct ldap_line *line = ldap_pool_may_ask(pool) ? idle_line(pool) : NULL;
  if (!line) return RADMFA_E_BUSY;
  int error = ldap_connection_bind(line->connection, name, password);
  if (!error) begin(line, answered, user);
  return error;
}

int ldap_pool_search(struct ldap_pool *pool, const struct ldap_search *search,
                     ldap_answer_cb answered, void *user) {
  struct ldap_line *line = ldap_pool_may_ask(pool) ? idle_line(pool) : NULL;
  return line ? ldap_line_search(line, search, answered, user) : RADMFA_E_BUSY;
}

int ldap_line_search(struct ldap_line *line, const struct ldap_search *search,
                     ldap_answer_cb answered, void *user) {
  int error = ldap_connection_search(line->connection, search);
  if (!error) begin(line, answered, user);
  return error;
}

/* ---- life ---- */

static void set_defaults(struct ldap_pool_options *options) {
  if (!options->stall_ms) options->stall_ms = STALL_MS;
  if (!options->backoff_ms) options->backoff_ms = BACKOFF_MS;
  if (!options->backoff_max_ms) options->backoff_max_ms = BACKOFF_MAX_MS;
}

int ldap_pool_new(uv_loop_t *loop, const struct ldap_pool_options *options,
                  struct ldap_pool **out_pool) {
  size_t n_lines = options->n_connections;
  struct ldap_pool *pool = calloc(1, sizeof *pool + n_lines * sizeof pool->lines[0]);
  if (!pool) return RADMFA_E_NO_MEMORY;
  pool->options = *options;
  set_defaults(&pool->options);
  pool->loop = loop;
  for (size_t i = 0; i < n_lines; i++) pool->lines[i].pool = pool;
  (void)uv_timer_init(loop, &pool->retry); /* cannot fail */
  pool->retry.data = pool;
  pool->n_alive = 1;
  /* Not at once: the caller does not have the pool yet, and may be told that it is down. */
  (void)uv_timer_start(&pool->retry, on_retry, 0, 0);
  *out_pool = pool;
  return 0;
}

static void on_timer_closed(uv_handle_t *handle) {
  forget_one(handle->data);
}

void ldap_pool_close(struct ldap_pool *pool) {
  if (!pool || pool->is_closing) return;
  pool->is_closing = true;
  for (unsigned i = 0; i < pool->options.n_connections; i++)
    ldap_connection_close(pool->lines[i].connection);
  uv_close((uv_handle_t *)&pool->retry, on_timer_closed);
}
