/* login_batch.c: an array, and the texts apart from it. */
#include "login_batch.h"

#include <stdlib.h>
#include <string.h>

bool login_batch_init(struct login_batch *batch, size_t max, size_t texts_size) {
  *batch = (struct login_batch){.max = max, .size = texts_size};
  batch->logins = malloc(max * sizeof *batch->logins);
  batch->texts = malloc(texts_size);
  return batch->logins && batch->texts;
}

void login_batch_cleanup(struct login_batch *batch) {
  free(batch->logins);
  free(batch->texts);
}

void login_batch_clear(struct login_batch *batch) {
  batch->n = batch->used = 0;
}

static size_t len_of(const char *name) {
  return name ? strlen(name) + 1 : 0;
}

static size_t size_of(const struct store_login *login) {
  return login->user.len + login->identity.len + len_of(login->primary) + len_of(login->client) +
         len_of(login->policy) + len_of(login->verdict) + len_of(login->reason) +
         len_of(login->factor);
}

static char *append(struct login_batch *batch, const void *bytes, size_t len) {
  char *at = batch->texts + batch->used;
  if (len) memcpy(at, bytes, len);
  batch->used += len;
  return at;
}

static void keep_name(struct login_batch *batch, const char **name) {
  if (*name) *name = append(batch, *name, len_of(*name));
}

static void keep_text(struct login_batch *batch, radmfa_span *text) {
  text->ptr = (const uint8_t *)append(batch, text->ptr, text->len);
}

bool login_batch_add(struct login_batch *batch, const struct store_login *login) {
  if (batch->n == batch->max || size_of(login) > batch->size - batch->used) return false;
  struct store_login *kept = &batch->logins[batch->n++];
  *kept = *login;
  keep_text(batch, &kept->user);
  keep_text(batch, &kept->identity);
  keep_name(batch, &kept->primary);
  keep_name(batch, &kept->client);
  keep_name(batch, &kept->policy);
  keep_name(batch, &kept->verdict);
  keep_name(batch, &kept->reason);
  keep_name(batch, &kept->factor);
  return true;
}
