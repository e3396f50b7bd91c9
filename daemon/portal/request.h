/* request.h: one HTTP request from its last octet to its response. A handler looks at it and either
 * responds at once or asks radmfad, and goes on when the answer is there: exactly one response
 * comes in the end. All in the thread of the loop. */
#ifndef PORTAL_REQUEST_H
#define PORTAL_REQUEST_H

#include "form.h"
#include "language.h"
#include "portal.h"
#include "session.h"
#include "text.h"

#include <jansson.h>
#include <microhttpd.h>

struct request;
struct route;

/* An answer for this request: either `ok` or `error`, a word of radmfad's. */
struct answer {
  const json_t *ok;
  const char *error;
};
typedef void (*request_cb)(struct request *request, const struct answer *answer);

struct request {
  struct portal *portal;
  struct MHD_Connection *connection;
  const struct route *route;
  bool has_head;
  bool is_post;
  char *path;        /* as it came, "?" and what follows cut off */
  struct form query; /* borrows `path`'s block */
  struct text body;
  struct form form;
  char address[64];               /* of the browser */
  char token[SESSION_TOKEN_SIZE]; /* of the cookie, or made for this browser; see session.h */
  bool token_is_new;              /* the response sets it */
  enum language language;
  json_t *me;     /* radmfad's ME where the route needs a session */
  json_t *rows;   /* what has been gathered for a download */
  uint64_t asked; /* a question to radmfad that is under way; 0: none */
  request_cb answered;
  bool is_suspended;
  struct MHD_Response *response; /* NULL: there is none yet */
  unsigned status;
};

/* Asks radmfad: `verb` with the fields of `question` (taken over; NULL: none), and with the session
 * where there is one. What cannot be asked responds with an error page by itself; so does the
 * answer "session" (signed out: to the sign-in). */
void request_ask(struct request *request, const char *verb, json_t *question, request_cb answered);

/* A response of octets, which are copied. */
void request_respond(struct request *request, unsigned status, const char *type, const char *bytes,
                     size_t len);
/* 303 to a path of ours. */
void request_redirect(struct request *request, const char *path);
/* A page of templates/, within the layout; takes `view` over. */
void request_show(struct request *request, unsigned status, const char *page, json_t *view);
/* A page that says what is wrong: `key` is a message. */
void request_refuse(struct request *request, unsigned status, const char *key);
/* For a word of radmfad's that the handler has no page for. */
void request_fail(struct request *request, const char *word);
void request_add_header(struct request *request, const char *name, const char *value);
/* The browser shall use this cookie; "" where it shall forget it. */
void request_set_token(struct request *request, const char *token);

/* The values that every page has. */
json_t *request_view(struct request *request, const char *title_key);
const char *request_header(const struct request *request, const char *name); /* or NULL */

/* The head is there: may respond at once, to what is refused before its body is read. */
void request_take_head(struct request *request, const char *method);
/* All of it is there: goes on with the handler of its route. */
void request_begin(struct request *request);
void request_free(struct request *request); /* NULL is fine */

#endif
