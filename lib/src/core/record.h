/* record.h: a login: the request that began it (or joined another), what has become of it, and
 * in the end its reply, kept for retransmissions. One of these for each pending or remembered
 * request: its size is what a pending login costs. */
#ifndef RADMFA_CORE_RECORD_H
#define RADMFA_CORE_RECORD_H

#include "blob.h"
#include "clients.h"
#include "deadline.h"
#include "hash.h"
#include "list.h"
#include "pool.h"
#include "table.h"

#include <radmfa/engine.h>

#define INLINE_SIZE 88u /* an AD Connector's request fits; a larger one costs an allocation */

/* The ruleset that an engine goes by, and how many of its logins do: a reload begins a new one. */
struct epoch {
  radmfa_ruleset *ruleset;
  uint32_t logins;
  bool is_current;
};

/* Operations that the caller has not fetched yet. */
enum todo {
  TODO_CHECK = 1,
  TODO_CANCEL_PRIMARY = 2,
  TODO_START_FACTOR = 4,
  TODO_CANCEL_FACTOR = 8,
  TODO_SEND = 16,
  TODO_CANCEL = TODO_CANCEL_PRIMARY | TODO_CANCEL_FACTOR,
};

/* Where a login's join link is (join.c). */
enum join_role {
  JOIN_NONE,
  JOIN_LEADER,    /* in the join table, followers hang on it */
  JOIN_FOLLOWER,  /* in its leader's list */
  JOIN_DELIVERED, /* in its engine's inbox, with the verdict */
};

/* A login belongs to its engine's thread, but for what the join table (join.c) shares:
 *   key, name                  written before it is entered, then constant
 *   join_role, join_link       under the lock of the key's stripe while it leads or follows; a
 *                              delivered one's link under its inbox's lock, its role its engine's
 *   person, is_dropped         written by its engine under the stripe's lock while it leads
 *   leader                     a follower's, under the stripe's lock
 *   verdict, reason, blob, primary_said, forget_on_silence
 *                              a follower's: written by its leader's thread as it is delivered */
struct login {
  struct pool_slot id;

  /* What a retransmission is recognised by (dedup.c). */
  struct table_node by_request;
  struct table_node by_source; /* while it is pending: who has the same source and identifier */
  radmfa_address peer;
  uint16_t socket;
  uint16_t engine;
  uint8_t packet_id;
  /* superseded: its reply goes to nobody; read by other threads under the stripe's lock */
  bool is_dropped;
  bool forget_on_silence; /* no backend got the request: a retransmission is a fresh try */
  /* Its engine's alone, all in one octet. */
  bool is_signed : 1; /* the request had a Message-Authenticator */
  bool is_kept : 1;   /* DONE and remembered: `due` is in the list of kept ones */
  bool is_queued : 1; /* in one of the engine's queues */
  bool is_dead : 1;   /* freed as soon as it is out of the queue */
  bool factor_started : 1;
  bool password_is_odd : 1; /* decoded to no text: the secret may be wrong */
  bool is_himself : 1;      /* the primary says that the person has the typed name */
  bool has_eap : 1;
  uint8_t todo;           /* enum todo */
  uint8_t state;          /* radmfa_login_state */
  uint8_t verdict;        /* radmfa_verdict; a delivered follower's: its leader's, so the reason */
  uint8_t reason;         /* radmfa_reason */
  uint8_t method;         /* radmfa_method */
  uint8_t factor;         /* index into the policy's factors */
  uint8_t primary_said;   /* radmfa_primary_verdict */
  atomic_uchar join_role; /* enum join_role; a leader's thread moves its followers on */
  uint8_t ip[16];         /* our address, which was asked */

  struct login *queue_next;
  struct deadline due; /* pending: deadline or reject delay; kept: when it is forgotten */
  uint64_t arrived_ms;
  uint32_t primary_ms; /* durations since the arrival, and since the factor's start */
  uint32_t factor_ms;

  /* One login, one call (join.c). */
  radmfa_hash128 key;
  uint64_t name;         /* PAP: a hash of the name as typed, with its domain */
  uint64_t person;       /* a hash of who the primary says it is; 0 before it said so */
  struct list join_link; /* leader: its followers; follower: its place among them */
  union {
    struct table_node by_key; /* leader */
    struct login *leader;     /* follower */
  };

  struct client *client;
  struct epoch *epoch;
  union {
    struct blob *blob;           /* what the primary said, or NULL */
    const radmfa_secret *signer; /* DONE: what its reply is still to be signed with, or NULL */
  };

  /* The request; once it is answered, the reply (len 0: retransmissions are swallowed). */
  uint8_t *bytes; /* `room` or allocated */
  uint16_t len, size;
  /* what parsing the request found, so that it is parsed once (radmfa_packet) */
  uint16_t message_authenticator_at, user_name_at, user_password_at, proxy_state_at;
  uint8_t revealed; /* its clear password's place in the engine + 1; 0: none */
  uint8_t room[INLINE_SIZE];
};

static inline radmfa_span login_bytes(const struct login *login) {
  return (radmfa_span){login->bytes, login->len};
}

/* The request, before it is answered. */
static inline radmfa_packet login_packet(const struct login *login) {
  return (radmfa_packet){.bytes = login->bytes,
                         .length = login->len,
                         .code = login->bytes[0],
                         .id = login->bytes[1],
                         .message_authenticator_at = login->message_authenticator_at,
                         .user_name_at = login->user_name_at,
                         .user_password_at = login->user_password_at,
                         .proxy_state_at = login->proxy_state_at,
                         .has_eap = login->has_eap};
}

/* Who the primary says it is, before it is answered; empty: nothing was said. */
static inline radmfa_span login_identity(const struct login *login) {
  radmfa_packet packet = login_packet(login);
  radmfa_span identity = radmfa__blob_identity(login->blob);
  if (login->is_himself) (void)radmfa_packet_find(&packet, RADMFA_ATTR_USER_NAME, &identity);
  return identity;
}

/* `login` has the packet's bytes; this is what else is known of it. */
static inline void login_keep_packet(struct login *login, const radmfa_packet *packet) {
  login->message_authenticator_at = packet->message_authenticator_at;
  login->user_name_at = packet->user_name_at;
  login->user_password_at = packet->user_password_at;
  login->proxy_state_at = packet->proxy_state_at;
  login->has_eap = packet->has_eap;
}

#endif
