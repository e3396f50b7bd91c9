/* login_end.h: what a login that has ended leaves behind, beside its answer: a line in the history,
 * and after a fraud report the user's block. Any thread. */
#ifndef RADMFAD_LOGIN_END_H
#define RADMFAD_LOGIN_END_H

#include "blocklist.h"
#include "log.h"
#include "store/store.h"

struct login_end {
  struct store *store; /* NULL: there is none */
  struct blocklist *blocklist;
  struct log *log;
};

/* `primary` is the name of the one that the login's policy asks; NULL: no such policy is left. */
void login_end_take(const struct login_end *end, const radmfa_notice *notice, const char *primary);

#endif
