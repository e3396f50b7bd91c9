/* login_batch.h: logins with all that they point to, in memory that does not grow: those that wait
 * to be written, and a page of the history. Not thread-safe. */
#ifndef RADMFAD_STORE_LOGIN_BATCH_H
#define RADMFAD_STORE_LOGIN_BATCH_H

#include "store.h"

struct login_batch {
  struct store_login *logins;
  size_t n, max;
  char *texts;
  size_t used, size;
};

/* Memory that is not used yet costs nothing: large pieces are mapped. */
bool login_batch_init(struct login_batch *batch, size_t max, size_t texts_size);
void login_batch_cleanup(struct login_batch *batch);
void login_batch_clear(struct login_batch *batch);

/* False: there is no room. */
bool login_batch_add(struct login_batch *batch, const struct store_login *login);

#endif
