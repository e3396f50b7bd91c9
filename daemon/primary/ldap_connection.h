/* ldap_connection.h: one connection to a directory (RFC 4511): TLS as the server wants it, then one
 * operation at a time, each with a time limit. Whatever comes that was not asked for ends it. */
#ifndef RADMFAD_PRIMARY_LDAP_CONNECTION_H
#define RADMFAD_PRIMARY_LDAP_CONNECTION_H

#include "ldap_message.h"

#include <radmfa/stream.h>

enum ldap_tls {
  LDAP_TLS_LDAPS, /* TLS from the first octet */
  LDAP_TLS_START, /* StartTLS (RFC 4511 4.14) before anything else is said */
  LDAP_TLS_PLAIN, /* passwords in clear: tests, and who insists */
};

/* Where a directory is. Texts are borrowed. */
struct ldap_server {
  const char *name; /* for logs */
  const char *host; /* a name or an IP address */
  uint16_t port;
  enum ldap_tls tls;
  const char *server_name; /* that the certificate must have; NULL: host */
};

struct ldap_connection_options {
  const struct ldap_server *server;
  radmfa_tls_context *tls; /* NULL where the server is LDAP_TLS_PLAIN */
  /* for TCP, for the answer to StartTLS, and for the handshake: each may take so long */
  uint32_t connect_timeout_ms;
  uint32_t answer_timeout_ms; /* from an operation to its last message */
};

/* All come from the loop, none before ldap_connection_open has returned. Each may begin the next
 * operation or close the connection. */
struct ldap_connection_callbacks {
  /* Once: it can be used, its TLS is up. */
  void (*ready)(const radmfa_stream_info *info, void *user);
  /* A message of the operation under way, borrowed. After its last one (a bind's answer, a search's
   * LDAP_SEARCH_DONE) the connection is idle again. */
  void (*message)(const struct ldap_message *message, void *user);
  /* Exactly once, the last callback: nothing is left of the connection. `error` as a stream's
   * (stream.h), 0 only between operations, or
   *   RADMFA_E_TIMED_OUT  an operation was not answered in time
   *   RADMFA_E_MALFORMED  what came is no LDAP message, or is too long
   *   RADMFA_E_INVALID    a message that nothing had asked for, or StartTLS was refused
   *   RADMFA_E_INJECTED   octets between the answer to StartTLS and the handshake
   * `detail` says more, for logs; from the server in part, so it may hold anything. Borrowed. */
  void (*closed)(int error, const char *detail, void *user);
};

struct ldap_connection;

/* Returns 0, and then `closed` comes in the end whatever happens; or an error of
 * radmfa_stream_connect, and nothing is called. The context is referred to as long as needed. */
RADMFA_MUST_USE int ldap_connection_open(uv_loop_t *loop,
                                         const struct ldap_connection_options *options,
                                         const struct ldap_connection_callbacks *callbacks,
                                         void *user, struct ldap_connection **out_connection);

/* Ready, nothing under way, and nothing has come that was not asked for. */
bool ldap_connection_is_idle(const struct ldap_connection *connection);

/* Each begins an operation. Returns 0: from now on the server may have got it, and `message` or
 * `closed` tells how it ended. Or nothing was sent: RADMFA_E_BUSY (not idle), or an error of the
 * ldap_write_ function. */
RADMFA_MUST_USE int ldap_connection_bind(struct ldap_connection *connection, radmfa_span name,
                                         radmfa_span password);
RADMFA_MUST_USE int ldap_connection_search(struct ldap_connection *connection,
                                           const struct ldap_search *search);
/* Asks for the root entry (RFC 4512 5.1) and none of its attributes: whatever the result is,
 * somebody answers. A server that is stopped still accepts connections, its system does. */
RADMFA_MUST_USE int ldap_connection_probe(struct ldap_connection *connection);

/* Ends it with RADMFA_E_CANCELLED, after an unbind where it is idle (RFC 4511 4.3). Only `closed`
 * is called after it. Twice, and NULL, are fine; not after `closed`. */
void ldap_connection_close(struct ldap_connection *connection);

#endif
