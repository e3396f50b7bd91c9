/* control.h: a socket of this machine on which programs ask for something by lines of JSON, and the
 * thread in which that is done. Which verbs there are is its owner's affair: radmfactl and the
 * portal have a socket each.
 *
 * A request is an object with "do" (the verb), perhaps "id" (any value), and the verb's arguments.
 * Its answers carry the id: any number of events, then one with "ok" or "error", which ends it.
 * Many may be under way on one connection; their answers come in any order. */
#ifndef RADMFAD_CONTROL_CONTROL_H
#define RADMFAD_CONTROL_CONTROL_H

#include <jansson.h>
#include <radmfa/base.h>
#include <uv.h>

#define CONTROL_LINE_MAX 65536u /* octets of a request, with its line end */
#define CONTROL_CONNECTIONS_MAX 256u
#define CONTROL_CALLS_MAX 1024u /* under way on one connection; a further one is answered `limit` */
#define CONTROL_ERROR_SIZE 256u

struct control;      /* a socket with its verbs, and its thread */
struct control_call; /* a request that is under way */

struct control_verb {
  const char *name;
  /* In the control thread. `arguments` is the whole request, borrowed for the call. It ends `call`
   * then or later, exactly once, also where the connection has gone. */
  void (*run)(struct control_call *call, const json_t *arguments, void *context);
  /* The names that arguments may have, a space between; another one is answered `bad_request`, and
   * the verb is not run. NULL: it looks itself. */
  const char *arguments;
};

/* All is borrowed as long as the socket is there, `path` and `group` for control_new. */
struct control_options {
  const char *path;   /* what is there and nobody listens at is replaced */
  const char *group;  /* whose members may connect, too, where the system has it */
  const char *thread; /* its name, at most 15 octets */
  const struct control_verb *verbs;
  size_t n_verbs;
  void *context; /* of each verb */
};

/* control_new makes the socket, mode 0660 for the group and else 0600: `*out_has_group` tells. The
 * thread begins with control_start. NULL: `out_error` says why. */
struct control *control_new(const struct control_options *options, bool *out_has_group,
                            char out_error[CONTROL_ERROR_SIZE]);
RADMFA_MUST_USE bool control_start(struct control *control); /* false: no thread */

/* Takes no more requests and closes all connections; who has asked to be told is told (gone). Waits
 * until each call has ended and each hold was released, and frees. NULL is fine. */
void control_free(struct control *control);

/* ---- in the control thread alone ---- */

uv_loop_t *control_loop(struct control *control);
struct control *control_of(const struct control_call *call);

/* `more` is taken over, and may be NULL: nothing more. */
void control_event(struct control_call *call, const char *event, json_t *more);
/* The call is over. `ok` is taken over; NULL, where there was no memory for it, is the error
 * `failed`. */
void control_end(struct control_call *call, json_t *ok);
/* The call is over; a word of the protocol, and a text for people. */
__attribute__((format(printf, 3, 4))) void control_fail(struct control_call *call, const char *word,
                                                        const char *format, ...);

/* `gone` is called once, if the connection goes before the call has ended; NULL: it is not, any
 * more. What is said afterwards is said to nobody. */
void control_on_gone(struct control_call *call, void (*gone)(void *user), void *user);

/* While something is under way that belongs to no call, control_free waits for it. */
void control_hold(struct control *control);
void control_release(struct control *control);

/* ---- from any thread ---- */

/* Something to be done in the control thread; in its owner's memory from control_post_work on until
 * `run` is called with `arg`: in the order of the calls, and surely where a call or a hold is
 * waited for meanwhile. */
struct control_work {
  void (*run)(void *arg);
  void *arg;
  struct control_work *next; /* the control's own */
};
void control_post_work(struct control *control, struct control_work *work);

/* The same for who has no memory of his own for it. False: there is none. */
RADMFA_MUST_USE bool control_post(struct control *control, void (*run)(void *arg), void *arg);

#endif
