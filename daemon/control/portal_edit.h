/* portal_edit.h: what becomes of a user by what he does in the portal, so that it can be done again
 * to how he is by then. Pure. */
#ifndef RADMFAD_CONTROL_PORTAL_EDIT_H
#define RADMFAD_CONTROL_PORTAL_EDIT_H

#include "../store/store.h"

enum portal_edit_kind {
  PORTAL_EDIT_NUMBER,   /* a new one, that was answered */
  PORTAL_EDIT_ANSWERED, /* the one that was known was answered */
  PORTAL_EDIT_PIN,
  PORTAL_EDIT_FACTOR,
  PORTAL_EDIT_LANGUAGE,
  PORTAL_EDIT_PASSCODE,
  PORTAL_EDIT_NO_PASSCODE,
};

/* It holds secrets: wipe your copy. */
struct portal_edit {
  enum portal_edit_kind kind;
  struct number number; /* NUMBER, ANSWERED */
  /* ANSWERED: it is the directory's or the users file's; NO_PASSCODE: there is one */
  bool is_listed;
  bool is_kept; /* ANSWERED: one that is listed becomes the store's */
  char text
      [STORE_PIN_HASH_SIZE]; /* PIN: its hash; FACTOR, LANGUAGE; PASSCODE, NO_PASSCODE: its name */
  uint8_t secret[STORE_TOTP_SECRET_MAX]; /* PASSCODE; so the next ones */
  uint8_t secret_len;
  uint64_t step;                      /* of the code that was typed: it is used */
  char language[STORE_LANGUAGE_SIZE]; /* NUMBER: of calls, where he has none; or empty */
};

enum portal_edit_result {
  PORTAL_EDIT_DONE,
  PORTAL_EDIT_NOTHING, /* it is so already */
  PORTAL_EDIT_CHANGED, /* ANSWERED: he has another number by now */
  PORTAL_EDIT_LAST,    /* NO_PASSCODE: it is all he has */
};

/* Changes `user`, who may be new (all zero but for the key and the name). An enrolment uses his
 * invitation up. */
enum portal_edit_result portal_edit_apply(const struct portal_edit *edit, struct store_user *user);

/* "number", "pin"...: as the log says it. */
const char *portal_edit_name(enum portal_edit_kind kind);

#endif
