/* radmfad.h: radmfad's portal socket: lines of JSON, any number of questions at once. All in the
 * thread of the loop; nothing here waits. */
#ifndef PORTAL_RADMFAD_H
#define PORTAL_RADMFAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct radmfad;

/* Exactly one of the three is there: an event, after which more comes; or how it ended. All of it
 * is borrowed until the callback returns. */
struct radmfad_answer {
  const char *event; /* "ringing" */
  const json_t *ok;
  const char *error; /* a word: "wrong"; "unavailable" where radmfad cannot be asked */
};

/* Comes never before radmfad_ask has returned. It may ask, but not free the client. */
typedef void (*radmfad_cb)(const struct radmfad_answer *answer, void *user);

/* `path` is borrowed. NULL: no memory. The socket is opened when something is asked. */
struct radmfad *radmfad_new(const char *path);
/* Everything that has no answer yet ends with "unavailable", and nothing can be asked any more. */
void radmfad_end(struct radmfad *client);
void radmfad_free(struct radmfad *client); /* calls nothing back; NULL is fine */

/* Asks: `question` is an object with "do", which is taken over also where it fails (NULL: it was
 * not to be made). Returns its number; or 0, and `done` is never called: no memory, too many, or
 * radmfad is not there. `timeout_ms` later it ends as unavailable. */
uint64_t radmfad_ask(struct radmfad *client, json_t *question, uint32_t timeout_ms, uint64_t now_ms,
                     radmfad_cb done, void *user);
/* Its callback is not called any more; 0 and what is over are fine. */
void radmfad_forget(struct radmfad *client, uint64_t id);

/* For poll(2): -1 while there is no connection. */
int radmfad_fd(const struct radmfad *client);
short radmfad_events(const struct radmfad *client);
/* After poll: reads, writes, and ends what is late. */
void radmfad_turn(struct radmfad *client, short revents, uint64_t now_ms);

#endif
