/* control_request.h: one line of a control socket, as a request. Pure. */
#ifndef RADMFAD_CONTROL_CONTROL_REQUEST_H
#define RADMFAD_CONTROL_CONTROL_REQUEST_H

#include <jansson.h>
#include <radmfa/base.h>

struct control_request {
  json_t *arguments; /* the whole object; NULL: it is no request */
  const char *verb;  /* in it */
  json_t *id;        /* in it, or null; never NULL */
  char error[160];   /* why it is none */
};

/* Reads the line, without its end. False: it is none, `out_request->error` says why, and the id is
 * what could be read of it. control_request_cleanup in either case. */
bool control_request_read(radmfa_span line, struct control_request *out_request);
void control_request_cleanup(struct control_request *request);

/* The first argument beside "do" and "id" that is not among `names` (a space between), or NULL;
 * borrowed of `arguments`. */
const char *control_request_unknown(json_t *arguments, const char *names);

/* Texts may be passwords: what jansson frees is wiped from here on. Once in a process, before
 * anything else is read. */
void control_request_wipe_always(void);

#endif
