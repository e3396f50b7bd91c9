/* pem.c: reads a small file. */
#include "pem.h"

#include "../diag.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEM_SIZE ((size_t)1 << 20)

/* -1 with errno; EFBIG: longer than any certificate. */
static ssize_t read_file(const char *path, char *bytes, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  size_t len = 0;
  ssize_t got;
  while (len < size && (got = read(fd, bytes + len, size - len)) != 0) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) len += (size_t)got;
  }
  int error = errno;
  close(fd);
  errno = len == size ? EFBIG : error;
  return len == size || (len < size && got < 0) ? -1 : (ssize_t)len;
}

bool pem_load(struct pem *pem, const char *path, struct diag *diag) {
  pem->text = malloc(PEM_SIZE);
  ssize_t len = pem->text ? read_file(path, pem->text, PEM_SIZE - 1) : -1;
  if (len < 0) {
    diag_error(diag, (struct place){.file = path}, "cannot be read: %s", strerror(errno));
    pem_free(pem);
    return false;
  }
  pem->len = (size_t)len;
  pem->text[len] = '\0';
  return true;
}

void pem_free(struct pem *pem) {
  if (pem->text) sodium_memzero(pem->text, PEM_SIZE);
  free(pem->text);
  *pem = (struct pem){0};
}
