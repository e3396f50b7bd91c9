/* verb_inside.h: what verbs of several files do: read arguments, find a user, wait for the store.
 * In the control thread. What returns false has ended the call. */
#ifndef RADMFAD_CONTROL_VERB_INSIDE_H
#define RADMFAD_CONTROL_VERB_INSIDE_H

#include "../store/store.h"
#include "control.h"
#include "control_text.h"
#include "control_user.h"
#include "verbs.h"
#include "world.h"

/* An argument that is not there, or null: the output is untouched. Of another kind: bad_request. */
RADMFA_MUST_USE bool take_text(struct control_call *call, const json_t *arguments, const char *name,
                               const char **out_text);
RADMFA_MUST_USE bool take_count(struct control_call *call, const json_t *arguments,
                                const char *name, uint64_t least, uint64_t most,
                                uint64_t *out_count);
RADMFA_MUST_USE bool take_flag(struct control_call *call, const json_t *arguments, const char *name,
                               bool *out_flag);
RADMFA_MUST_USE bool take_time(struct control_call *call, const json_t *arguments, const char *name,
                               uint64_t *out_ms);
/* One that must be there, and not be empty. */
RADMFA_MUST_USE bool need_text(struct control_call *call, const json_t *arguments, const char *name,
                               const char **out_text);
/* Copies `text` into a field of a user; invalid where it is too long for it. */
RADMFA_MUST_USE bool keep_text(struct control_call *call, const char *name, const char *text,
                               char *out, size_t size);

/* no_store where there is none. */
RADMFA_MUST_USE bool need_store(struct control_call *call, const struct control_world *world);
/* By `user`, a name or identity, and `primary`. */
RADMFA_MUST_USE bool find_user(struct control_call *call, const struct control_world *world,
                               const json_t *arguments, struct store_user *out_user);

/* A change of a user, on its way. `what` names it for the log; both are constant. */
struct user_wait;
/* NULL: the call has been ended. */
struct user_wait *user_wait_new(struct control_call *call, const struct control_world *world,
                                const char *what);
/* Is a store_done_cb, its user a struct user_wait: ends the call with the user, or the error. */
void user_wait_done(int error, const struct store_user *now, void *wait);
/* After a store_... that was asked for with the two above. */
void user_wait_asked(struct user_wait *wait, int error);
/* Before it is asked: called when the change is there, in place of the end of the call. `secret`,
 * of `size` octets out of malloc, is the wait's from here on, and wiped with it. */
void user_wait_then(struct user_wait *wait,
                    void (*then)(struct control_call *call, const struct store_user *now,
                                 void *secret),
                    void *secret, size_t size);

struct ldap_person;

/* verbs_import.c: in the control thread. NULLs: the call has been ended with an error. */
typedef void (*directory_found_cb)(struct control_call *call, const struct ldap_person *person,
                                   void *user);
/* Who logs in as `typed` at a primary with a directory that an account reads. False: the call has
 * been ended, and `found` is not called; else it is, once, later. */
RADMFA_MUST_USE bool find_in_directory(struct control_call *call, const struct control_world *world,
                                       const char *primary, const char *typed,
                                       directory_found_cb found, void *user);

/* Ends the call with the error of a store. */
void fail_by_store(struct control_call *call, int error);

uint64_t now_ms_since_1970(void);

#endif
