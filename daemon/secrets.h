/* secrets.h: shared secrets from files and the environment, in memory that is locked, not dumped,
 * and wiped. Any thread, but what reads or changes the environment: main's thread. */
#ifndef RADMFAD_SECRETS_H
#define RADMFAD_SECRETS_H

#include <radmfa/base.h>

#define SECRET_SIZE_MAX 4096u

struct secret {
  uint8_t *bytes; /* NULL: none */
  size_t len;
};

/* The whole file; from its end one line end (LF or CRLF) is cut, nothing else. Returns NULL, or why
 * not (constant text or strerror's). */
const char *secret_from_file(const char *path, struct secret *out_secret);
/* May every user of the machine read it? */
bool secret_file_is_world_readable(const char *path);
/* The variable's value. It is overwritten and removed from the environment, but kept here for the
 * next reload. Returns as above. */
const char *secret_from_env(const char *name, struct secret *out_secret);
const char *secret_from_text(const char *text, size_t len, struct secret *out_secret);
void secret_wipe(struct secret *secret); /* wipes, frees; none is fine */

/* secrets_forget_environment wipes what secret_from_env keeps. */
void secrets_forget_environment(void);

#endif
