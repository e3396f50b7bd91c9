/* user_event.h: what happened to a user outside of logins: he has signed in to the portal, has
 * enrolled, was changed by himself or by an administrator. For the log. */
#ifndef RADMFAD_USER_EVENT_H
#define RADMFAD_USER_EVENT_H

#include <radmfa/base.h>

enum user_event_kind {
  USER_EVENT_SIGN_IN,   /* to the portal; or it was refused */
  USER_EVENT_ENROLMENT, /* his first factor */
  USER_EVENT_CHANGE,
};

/* Borrowed for the callback. Texts may be NULL or empty where there is nothing to be said. */
struct user_event {
  enum user_event_kind kind;
  const char *primary;
  radmfa_span user, identity; /* as typed or entered; who it is */

  /* SIGN_IN */
  const char *outcome, *reason; /* "ok"; "refused" and why */
  const char *address;          /* of the browser, without a port */

  /* ENROLMENT, CHANGE */
  const char *what;   /* "number", "pin", "passcode", "block", "invite"... */
  const char *how;    /* ENROLMENT: "invite", "networks"...; CHANGE: a reason, a time */
  radmfa_span by;     /* an administrator, or the user himself */
  const char *number; /* E.164; the log masks it */
};

#endif
