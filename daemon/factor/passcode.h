/* passcode.h: factor of type totp: the code of an authenticator app, typed behind the password. A
 * step of a code is good once: only when the store has it on the disk as used is the login
 * approved. */
#ifndef RADMFAD_FACTOR_PASSCODE_H
#define RADMFAD_FACTOR_PASSCODE_H

#include "../passcodes.h"
#include "../store/store.h"

#include <radmfa/backend.h>

struct failures;

struct passcode_options {
  /* Where answers go, also after the factor has gone: radmfa_answer_factor, and its table. */
  int (*deliver)(radmfa_join_table *answers, uint64_t login_id, radmfa_factor_answer answer);
  radmfa_join_table *answers;
  /* Whom this login is of, and whether he is asked by this factor; on loops' threads. False: not
   * by this one, or nobody knows him. */
  bool (*find)(void *user, const radmfa_request *request, struct store_user *out_user);
  uint64_t (*clock_ms)(void); /* milliseconds since 1970; NULL: the system's clock */
  void *user;
  struct store *store; /* borrowed, and the next two */
  struct passcodes *passcodes;
  struct failures *failures;
  unsigned window; /* steps each way, to TOTP_WINDOW_MAX */
};

struct passcode_factor;

extern const radmfa_factor passcode_vtable;

struct passcode_factor *passcode_factor_new(
    const struct passcode_options *options); /* NULL: no memory */
/* NULL is fine. */
void passcode_factor_free(struct passcode_factor *factor);

#endif
