/* trust.c: the file is read, OpenSSL behind stream.h judges it. */
#include "trust.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *from_pem(radmfa_span pem, radmfa_tls_context **out_trust) {
  int error = radmfa_tls_context_new(pem, &memory_allocator, out_trust);
  if (error == RADMFA_E_CERTIFICATE) return "holds no list of certificates in PEM";
  if (error > -10000) return error ? uv_strerror(error) : NULL;
  return radmfa_strerror(error);
}

static const char *from_stream(FILE *file, size_t size, radmfa_tls_context **out_trust) {
  uint8_t *bytes = malloc(size + 1);
  if (!bytes) return "out of memory";
  size_t len = fread(bytes, 1, size, file);
  const char *problem = ferror(file) ? strerror(errno) : NULL;
  if (!problem) problem = from_pem((radmfa_span){bytes, len}, out_trust);
  free(bytes);
  return problem;
}

const char *trust_from_file(const char *path, radmfa_tls_context **out_trust) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO shall not hold us up */
  FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
  const char *problem = NULL;
  if (!file || fstat(fd, &info))
    problem = strerror(errno);
  else if (!S_ISREG(info.st_mode))
    problem = "is not a regular file";
  else if (info.st_size > (off_t)TRUST_FILE_SIZE_MAX)
    problem = "is larger than 4 MiB";
  else
    problem = from_stream(file, (size_t)info.st_size, out_trust);
  if (file)
    (void)fclose(file);
  else if (fd >= 0)
    close(fd);
  return problem;
}
