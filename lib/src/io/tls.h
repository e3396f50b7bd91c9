/* tls.h: the client's side of TLS without a socket: what came from the peer goes in, what must go
 * to it comes out. stream.c has the socket. */
#ifndef RADMFA_IO_TLS_H
#define RADMFA_IO_TLS_H

#include <radmfa/stream.h>

struct tls;

/* Who must be there. A session is resumed only where all three are the same. Copied. */
struct tls_peer {
  char host[RADMFA_STREAM_NAME_SIZE];
  char server_name[RADMFA_STREAM_NAME_SIZE]; /* what the certificate must name */
  uint16_t port;
};

/* Returns 0 or RADMFA_E_NO_MEMORY. */
int radmfa__tls_new(radmfa_tls_context *context, const struct tls_peer *peer, struct tls **out_tls);
void radmfa__tls_free(struct tls *tls);

/* In: what came. Returns 0 or RADMFA_E_NO_MEMORY. */
int radmfa__tls_feed(struct tls *tls, radmfa_span bytes);
/* Out: up to `size` octets for the peer; 0: none. */
size_t radmfa__tls_take(struct tls *tls, uint8_t *out_bytes, size_t size);

/* One step. Returns 0 or an error of stream.h's `closed`. */
int radmfa__tls_handshake(struct tls *tls, bool *out_is_done);
/* `*out_len` is 0 where more must come first, or where the peer said that this is its end. Returns
 * 0 or RADMFA_E_TLS. */
int radmfa__tls_read(struct tls *tls, uint8_t *out_bytes, size_t size, size_t *out_len,
                     bool *out_is_end);
/* All of them. Returns 0 or RADMFA_E_NO_MEMORY. */
int radmfa__tls_write(struct tls *tls, radmfa_span bytes);
void radmfa__tls_end(struct tls *tls);

/* Why the last call failed: a constant text. */
const char *radmfa__tls_detail(const struct tls *tls);

#define TLS_SUBJECT_SIZE 256u /* a longer one is cut */

/* Fills all but the address. Not before the handshake is done. */
void radmfa__tls_describe(const struct tls *tls, char out_subject[TLS_SUBJECT_SIZE],
                          radmfa_stream_info *out_info);

#endif
