/* store.h: what radmfad knows of its users by itself, and how their logins ended. It lasts: a
 * change that was acknowledged is there after a crash at any moment.
 *
 * All users are held in memory, so that whoever looks one up never waits for a disk. Changes go to
 * a thread of the store, which writes those that have come together at once; each becomes visible,
 * and is acknowledged, when it is on the disk. Any thread may call anything here but store_new and
 * store_free.
 *
 * Errors of changes: those that the call names; RADMFA_E_NO_MEMORY; or the system's as negative
 * numbers, which are libuv's too: -ENOSPC, -EIO, -EROFS. Then nothing has changed, as far as
 * anybody knows: after -EIO a crash may show the change as done. */
#ifndef RADMFAD_STORE_STORE_H
#define RADMFAD_STORE_STORE_H

#include "../number.h"

#include <radmfa/base.h>

#define STORE_ERROR_SIZE 512u

#define STORE_WORD_SIZE 64u  /* of a primary's or factor's name and its NUL */
#define STORE_TEXT_SIZE 256u /* of what people write */
#define STORE_LANGUAGE_SIZE 16u
#define STORE_PIN_HASH_SIZE 128u /* "$argon2id$..." */
#define STORE_TOTP_SECRET_MAX 32u
#define STORE_INVITE_HASH_SIZE 32u
#define STORE_CALLS_MAX 1000u
#define STORE_CALLS_WINDOW_MIN_MS 1000u
#define STORE_CALLS_WINDOW_MAX_MS 86400000u

enum store_number_state { STORE_NUMBER_NONE, STORE_NUMBER_ENTERED, STORE_NUMBER_VERIFIED };

/* Texts are what they seem: ended by a NUL, empty for none. Times are milliseconds since 1970; 0:
 * never. It holds secrets: wipe your copy. */
struct store_user {
  char primary[STORE_WORD_SIZE];  /* with the next one the key: the primary's name, */
  char identity[STORE_TEXT_SIZE]; /* and whom it means, ASCII letters in either case */
  char name[STORE_TEXT_SIZE];     /* for people, as it was last typed or entered */

  enum store_number_state number_state;
  bool number_is_directorys; /* it came from there, and stays although it may change there */
  struct number number;
  char language[STORE_LANGUAGE_SIZE]; /* of calls */
  char factor[STORE_WORD_SIZE];       /* the name of the one he prefers */
  /* How many calls he may get in which time, in place of what is configured; zeros: he may what
   * all may. */
  uint64_t calls, calls_window_ms;

  char pin_hash[STORE_PIN_HASH_SIZE];
  uint8_t totp_secret[STORE_TOTP_SECRET_MAX];
  uint8_t totp_secret_len; /* 0: none */
  uint64_t totp_step;      /* the last one used */

  bool is_blocked;
  uint64_t blocked_ms;
  char blocked_why[STORE_TEXT_SIZE];

  uint64_t bypass_until_ms; /* one login without a factor until then; why and by whom stays */
  char bypass_why[STORE_TEXT_SIZE];
  char bypass_by[STORE_TEXT_SIZE]; /* who granted it */

  uint8_t invite_hash[STORE_INVITE_HASH_SIZE]; /* of a code that lets him enrol */
  uint64_t invite_until_ms;                    /* 0: there is none */

  uint64_t created_ms, changed_ms; /* the store's to set, so the next one */
  uint64_t revision;               /* another one after each change; never 0 */
};

struct store;

struct store_options {
  const char *path;    /* of a file in a folder that is there */
  uint64_t history_ms; /* how long logins are remembered; 0: not at all */
  /* Called on the store's thread when it cannot write, and with NULL when it can again; or NULL. */
  void (*on_trouble)(const char *text, void *user);
  void *user;
  uint64_t (*clock_ms)(void); /* milliseconds since 1970; NULL: the system's clock */
};

/* store_new opens the file, or makes it (mode 0600), and reads all users: NULL where that cannot
 * be, and `out_error` says why, with the path: another process has it, it is damaged, it was made
 * by a newer radmfad... */
struct store *store_new(const struct store_options *options, char out_error[STORE_ERROR_SIZE]);
/* What was asked for before is done first, and told. NULL is fine. */
void store_free(struct store *store);

enum store_trial_result {
  STORE_TRIAL_BAD, /* it cannot be used: `text` says why */
  STORE_TRIAL_OK,
  STORE_TRIAL_ABSENT, /* store_new will make it */
  STORE_TRIAL_IN_USE, /* another process has it, a radmfad that runs say */
};

struct store_trial {
  enum store_trial_result result;
  size_t n_users; /* OK */
  char text[STORE_ERROR_SIZE];
};

/* store_try looks whether store_new would succeed, and makes and changes nothing. */
void store_try(const char *path, struct store_trial *out_trial);

/* ---- looking up; never waits for the disk ---- */

/* `out_user` may be NULL where only that matters. */
RADMFA_MUST_USE bool store_find(struct store *store, const char *primary, radmfa_span identity,
                                struct store_user *out_user);

/* store_find_name looks for somebody whose `name` is this one, ASCII letters in either case, of one
 * primary or (NULL) of any. Returns 0, RADMFA_E_NOT_FOUND, or RADMFA_E_EXISTS where several have
 * it. */
RADMFA_MUST_USE int store_find_name(struct store *store, const char *primary, radmfa_span name,
                                    struct store_user *out_user);

size_t store_count(struct store *store);

/* store_list fills `out_users`, in the order of their names, with up to `max` whose name, identity
 * or number contains `text` (ASCII letters in either case; empty: all) and who stand behind `after`
 * (the last of the page before; NULL: from the first on). Returns how many: fewer than `max` where
 * there are no more. Others are not held up by it, and those who come meanwhile may be missed. */
size_t store_list(struct store *store, radmfa_span text, const struct store_user *after,
                  struct store_user *out_users, size_t max);
/* The same for who must not learn numbers: by name and identity alone. */
size_t store_list_names(struct store *store, radmfa_span text, const struct store_user *after,
                        struct store_user *out_users, size_t max);

/* ---- changes ----
 *
 * All are queued, and happen in that order. They return 0, RADMFA_E_INVALID (a key that is empty or
 * too long, a number that is none), or RADMFA_E_NO_MEMORY (also where STORE_QUEUE_MAX wait): only
 * after 0 `done` (or NULL) is called, once, on the store's thread, which it must not keep. It may
 * ask for more, and must not wait for it. */

#define STORE_QUEUE_MAX 100000u

/* `now` is how the user is now, where he is there and it is known; else NULL. Borrowed for the
 * call. */
typedef void (*store_done_cb)(int error, const struct store_user *now, void *user);

#define STORE_NEW_USER 0u             /* he must not be there: else RADMFA_E_EXISTS */
#define STORE_ANY_REVISION UINT64_MAX /* whether he is there or not */

/* store_put writes all of `changed`, which is copied. `revision` is that of the user it was made
 * from: if he is another by now it is RADMFA_E_BUSY, RADMFA_E_NOT_FOUND if he is gone. A used step
 * of a TOTP secret that stays is not forgotten. */
RADMFA_MUST_USE int store_put(struct store *store, const struct store_user *changed,
                              uint64_t revision, store_done_cb done, void *user);

/* RADMFA_E_NOT_FOUND, RADMFA_E_BUSY. */
RADMFA_MUST_USE int store_remove(struct store *store, const char *primary, radmfa_span identity,
                                 uint64_t revision, store_done_cb done, void *user);

/* store_use_bypass takes the user's bypass away: after 0 this login, and no other, has it.
 * RADMFA_E_NOT_FOUND: he has none, or not any more. */
RADMFA_MUST_USE int store_use_bypass(struct store *store, const char *primary, radmfa_span identity,
                                     uint64_t now_ms, store_done_cb done, void *user);

/* store_use_step notes the TOTP step as used. RADMFA_E_EXISTS: it was, or a later one;
 * RADMFA_E_NOT_FOUND: he has no secret. */
RADMFA_MUST_USE int store_use_step(struct store *store, const char *primary, radmfa_span identity,
                                   uint64_t step, store_done_cb done, void *user);

/* store_block blocks a user also if the store knows nothing of him yet (`name` is then his; else
 * it is not looked at); one who is blocked stays so with the older reason. A full queue is no
 * hindrance. */
RADMFA_MUST_USE int store_block(struct store *store, const char *primary, radmfa_span identity,
                                radmfa_span name, const char *why, store_done_cb done, void *user);
/* RADMFA_E_NOT_FOUND: nobody there. */
RADMFA_MUST_USE int store_unblock(struct store *store, const char *primary, radmfa_span identity,
                                  store_done_cb done, void *user);

/* ---- history ---- */

/* How a login ended. Names may be NULL, texts empty, and hold any octet. */
struct store_login {
  uint64_t time_ms; /* when it ended, since 1970 */
  uint64_t login_id;
  const char *primary;
  radmfa_span user; /* as typed */
  radmfa_span identity;
  const char *client;
  radmfa_address peer;
  const char *policy;
  const char *verdict, *reason; /* the words of the log */
  const char *factor;
  uint32_t primary_ms, factor_ms, total_ms;
  uint64_t number; /* where it stands in the history; not looked at by store_note_login */
};

/* store_note_login copies the login; it is written within a second, together with others. It never
 * waits: where there is no room the login is lost and counted. So it is in a crash within that
 * second, and where the disk is full. */
void store_note_login(struct store *store, const struct store_login *login);
uint64_t store_lost_logins(struct store *store);

struct store_history_filter {
  /* Who; both empty: everybody. His identity, and the name he types, for the logins where the
   * primary did not say who he is; ASCII letters in either case. */
  radmfa_span identity, user;
  uint64_t from_ms, until_ms; /* both included; 0: no bound */
  const char *verdict;        /* NULL: any; so the reason */
  const char *reason;
  /* The page: `next` of the last one; zeros: the latest logins. */
  struct store_history_place {
    uint64_t time_ms, number;
  } before;
  size_t max; /* at most STORE_HISTORY_MAX */
};

#define STORE_HISTORY_MAX 1000u

/* The latest first. More may follow where `next.number` is not 0, even where this page has few or
 * none: a page looks at so many logins and no more. All is borrowed for the call. */
struct store_history_page {
  const struct store_login *logins;
  size_t n;
  struct store_history_place next;
};

/* NULL with an error. On the store's thread. */
typedef void (*store_history_cb)(int error, const struct store_history_page *page, void *user);

/* Queued, and done between changes. The filter is copied. Returns 0, RADMFA_E_INVALID (a text over
 * STORE_TEXT_SIZE - 1 octets) or RADMFA_E_NO_MEMORY. */
RADMFA_MUST_USE int store_history(struct store *store, const struct store_history_filter *filter,
                                  store_history_cb done, void *user);

#endif
