/* secret.h: the shared secret, as the library wants it and as octets. */
#ifndef RADMFA_BENCH_SECRET_H
#define RADMFA_BENCH_SECRET_H

#include <radmfa/packet.h>
#include <stdio.h>

#define SECRET_SIZE_MAX 1024u

/* What --secret and --secret-file say. */
struct secret_options {
  const char *text;
  const char *file;
};

struct secret {
  radmfa_secret *shared;
  uint8_t bytes[SECRET_SIZE_MAX];
  size_t len;
};

/* From a file one final line end is cut, nothing else. What is wrong is told on `messages`, with
 * `program` first. */
bool secret_open(struct secret *secret, const struct secret_options *options, const char *program,
                 FILE *messages);
void secret_close(struct secret *secret);

#endif
