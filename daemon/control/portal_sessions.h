/* portal_sessions.h: who is signed in to the portal. A session is known by its token, 32 random
 * octets that are told once and of which a hash is kept; it ends when nothing was asked in it for a
 * while, after eight hours, and when somebody else changes what its user is known by. Not
 * thread-safe: the control thread's. Times are of one monotonic clock. */
#ifndef RADMFAD_CONTROL_PORTAL_SESSIONS_H
#define RADMFAD_CONTROL_PORTAL_SESSIONS_H

#include "../invite.h"
#include "../people.h"
#include "../store/store.h"

#define PORTAL_TOKEN_SIZE 44u /* base64url of 32 octets, without padding, and a NUL */
#define PORTAL_SESSIONS_MAX 10000u
#define PORTAL_SESSIONS_PER_USER_MAX 8u
#define PORTAL_SESSION_MOST_MS UINT64_C(28800000) /* from its sign-in, however busy it is */

/* What a user is known by, as of when a session saw it last: the number, the passcode, the PIN. It
 * is another one when somebody else has changed them, removed the user, or made him anew. */
struct portal_stamp {
  uint64_t created_ms; /* 0: the store did not know him */
  uint8_t hash[32];
};

/* `user` NULL: the store does not know him. */
void portal_stamp_make(const struct store_user *user, struct portal_stamp *out_stamp);
/* Whether a session with this stamp may go on now that the user is so. Who was not in the store may
 * have come into it, with nothing that he is known by: an invitation say. */
bool portal_stamp_holds(const struct portal_stamp *stamp, const struct store_user *user);

struct portal_call;

struct portal_session {
  /* who, from portal_sessions_add on; the name is the typed one */
  char primary[STORE_WORD_SIZE], identity[STORE_TEXT_SIZE], name[STORE_TEXT_SIZE];

  /* the caller's, all zero at first */
  char language[STORE_LANGUAGE_SIZE]; /* of this session's pages, and of calls where he has none */
  bool is_verified;                   /* his factor was asked in this session */
  bool is_from_network;               /* the browser's address lets him enrol */
  uint64_t groups; /* of which he is a member, and so an administrator: a hash; 0: none */
  bool has_invite; /* he has typed the code of this hash */
  uint8_t invite_hash[INVITE_HASH_SIZE];
  struct phone listed; /* his number in the directory or the users file when he signed in */
  uint8_t secret[STORE_TOTP_SECRET_MAX]; /* of a passcode that he has not confirmed */
  size_t secret_len;
  unsigned wrong_codes; /* for it */
  struct portal_stamp stamp;
  struct portal_call *call; /* that is under way; its owner is told when the session ends */

  /* the table's */
  uint64_t id;            /* of no other session, ever; not secret */
  uint64_t identity_hash; /* most others have another one */
  uint8_t hash[32];
  uint64_t signed_in_ms, used_ms;
  unsigned n_held;
  struct portal_session *next_in_bucket, *older, *newer;
};

struct portal_sessions;

/* `ended` is told of each session before it goes, or NULL. NULL: no memory. */
struct portal_sessions *portal_sessions_new(void (*ended)(struct portal_session *session,
                                                          void *user),
                                            void *user);
void portal_sessions_free(struct portal_sessions *sessions); /* NULL is fine */

/* portal_sessions_add begins one; `out_token` is the only copy of its token. `idle_ms` is how long
 * a session lasts in which nothing is asked. Where the user has PORTAL_SESSIONS_PER_USER_MAX, or
 * there are PORTAL_SESSIONS_MAX, the one that was unused for longest goes of those that are not
 * verified: who knows a password alone ends nobody's session in which more was shown. NULL: there
 * is none such, or no memory. */
struct portal_session *portal_sessions_add(struct portal_sessions *sessions, const char *primary,
                                           radmfa_span identity, radmfa_span name, uint32_t idle_ms,
                                           uint64_t now_ms, char out_token[PORTAL_TOKEN_SIZE]);

/* The session of the token, which is used by that; NULL: it is over, or never was. */
struct portal_session *portal_sessions_find(struct portal_sessions *sessions, radmfa_span token,
                                            uint32_t idle_ms, uint64_t now_ms);

/* While something is under way for it a session is not over for want of use, and makes room for no
 * other. It may still end: what is under way keeps its id, and portal_sessions_release gives the
 * session back, which is used by that; NULL: it is gone. Once for each hold. */
uint64_t portal_session_hold(struct portal_session *session);
struct portal_session *portal_sessions_release(struct portal_sessions *sessions, uint64_t id,
                                               uint64_t now_ms);

/* In how many ms it ends if nothing is asked. */
uint64_t portal_session_left_ms(const struct portal_session *session, uint32_t idle_ms,
                                uint64_t now_ms);

void portal_sessions_end(struct portal_sessions *sessions, struct portal_session *session);
/* All of a user; returns how many. */
size_t portal_sessions_end_user(struct portal_sessions *sessions, const char *primary,
                                radmfa_span identity);
size_t portal_sessions_count(const struct portal_sessions *sessions);

#endif
