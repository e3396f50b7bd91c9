/* calls.h: calls that browser sessions have asked for, so that a page can tell how they go while no
 * HTTP request waits for them. */
#ifndef PORTAL_CALLS_H
#define PORTAL_CALLS_H

#include "radmfad.h"

struct calls;

enum call_for { CALL_FOR_VERIFYING, CALL_FOR_NUMBER };

struct call {
  enum call_for purpose;
  bool is_over;
  const char *word; /* "starting", "calling", "ringing", "answered"; then "verified", or how it
                       failed: a word of radmfad's */
};

/* `radmfad` outlives it. NULL: no memory. */
struct calls *calls_new(struct radmfad *radmfad);
void calls_free(struct calls *calls); /* after the client's callbacks have come; NULL is fine */

/* Asks radmfad `question` (taken over), which places a call, for the session with this token; what
 * is told of an earlier call of it is forgotten. False: one is under way already, there are too
 * many, or radmfad is not there. */
bool calls_begin(struct calls *calls, const char *session, enum call_for purpose, json_t *question,
                 uint64_t now_ms);
/* How the session's last call goes or went; false: there was none, or it was long ago. The word is
 * borrowed until the next turn of the loop. */
bool calls_find(struct calls *calls, const char *session, uint64_t now_ms, struct call *out_call);

#endif
