/* ldap_pool.h: the connections to one directory server. They are opened ahead, each has proved
 * that the server answers before it is used, and what ends is opened again. A server that was
 * silent or failed is tried by new connections, after a wait that doubles, and never by many users'
 * binds.
 *
 * When it may be asked:
 *   - some connection is idle;
 *   - none has waited for longer than stall_ms for its answer;
 *   - after a connection ended with something unanswered: only once another one got its answer, or
 *     a new one was opened; and then one thing at a time until one of them was answered. Those that
 *     were idle are closed: each has to prove anew that the server answers. */
#ifndef RADMFAD_PRIMARY_LDAP_POOL_H
#define RADMFAD_PRIMARY_LDAP_POOL_H

#include "ldap_connection.h"

struct ldap_pool_options {
  struct ldap_connection_options connection;
  unsigned n_connections;
  /* Whom each connection is bound as before it is used; empty: nobody, the pool is for binds. The
   * password is borrowed and outlives the pool. */
  radmfa_span name, password;
  uint32_t stall_ms;                   /* 0: 500 */
  uint32_t backoff_ms, backoff_max_ms; /* between attempts; 0: 1000, doubling to 30000 */
  void (*free_again)(void *user);      /* something may be asked that could not be before */
  void (*up)(void *user);              /* the server works: for the first time, or again */
  void (*down)(int error, const char *detail, void *user); /* it does not; once until `up` */
  void *user;
};

struct ldap_pool;
struct ldap_line; /* a place for a connection; lives as long as its pool */

/* Tells of something that was asked: each message, then, should the connection end before the last
 * one, `message` NULL with the reason. After the last one the line is free when the callback has
 * returned, unless it asked for more on it. */
typedef void (*ldap_answer_cb)(struct ldap_line *line, const struct ldap_message *message,
                               const char *detail, void *user);

/* Begins to connect. `*options` is copied. Returns 0 or RADMFA_E_NO_MEMORY. */
RADMFA_MUST_USE int ldap_pool_new(uv_loop_t *loop, const struct ldap_pool_options *options,
                                  struct ldap_pool **out_pool);
/* Ends what was asked, and tells; calls nothing else from now on. The memory goes with the last
 * turn of the loop. NULL is fine. */
void ldap_pool_close(struct ldap_pool *pool);

bool ldap_pool_may_ask(const struct ldap_pool *pool);

/* Each returns 0, and `answered` follows; or nothing was sent: RADMFA_E_BUSY (it may not be asked
 * now), or an error of ldap_connection_bind or _search. */
RADMFA_MUST_USE int ldap_pool_bind(struct ldap_pool *pool, radmfa_span name, radmfa_span password,
                                   ldap_answer_cb answered, void *user);
RADMFA_MUST_USE int ldap_pool_search(struct ldap_pool *pool, const struct ldap_search *search,
                                     ldap_answer_cb answered, void *user);
/* In `answered`, of a last message: goes on on the same connection, as whoever is bound there. */
RADMFA_MUST_USE int ldap_line_search(struct ldap_line *line, const struct ldap_search *search,
                                     ldap_answer_cb answered, void *user);

#endif
