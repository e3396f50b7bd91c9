/* pem.h: the file of a certificate or key, in memory that is wiped. */
#ifndef PORTAL_PEM_H
#define PORTAL_PEM_H

#include <stdbool.h>
#include <stddef.h>

struct diag;

struct pem {
  char *text; /* with a NUL behind it */
  size_t len;
};

/* False after an error to `diag`. */
bool pem_load(struct pem *pem, const char *path, struct diag *diag);
void pem_free(struct pem *pem);

#endif
