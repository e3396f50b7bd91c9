/* trust.h: whom a TLS client trusts, read from a file of certificates. */
#ifndef RADMFAD_TRUST_H
#define RADMFAD_TRUST_H

#include <radmfa/stream.h>

#define TRUST_FILE_SIZE_MAX (4u << 20)

/* Makes a context, with one reference, of the PEM certificates in the regular file at `path`.
 * Returns NULL, or why not (constant text or strerror's). */
const char *trust_from_file(const char *path, radmfa_tls_context **out_trust);

#endif
