/* stream.h: a byte stream over TCP and TLS on a uv_loop_t; the peer's certificate and name are
 * verified. It may be plain first (StartTLS). UNSTABLE: it may change in any version.
 *
 * A stream calls nothing before radmfa_stream_connect has returned. All of its callbacks come from
 * the loop; each may call the stream, close included.
 *
 * The program must ignore SIGPIPE: libuv writes to a connection that the peer has reset, and the
 * system's default would end the program. */
#ifndef RADMFA_STREAM_H
#define RADMFA_STREAM_H

#include <radmfa/error.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whom to trust. It does not change, any number of streams of any loops share it; sessions of
 * TLS are kept in it, so that the next stream to the same server and name is cheaper. */
typedef struct radmfa_tls_context radmfa_tls_context;

/* radmfa_tls_context_new makes one, with one reference, of the certificates in `ca_pem`: at least
 * one; each is trusted to sign others, whether or not it is a root. TLS 1.2 or newer. Certificates
 * that were revoked are not recognised. `allocator` or NULL; OpenSSL's memory is its own. Returns
 * 0, RADMFA_E_CERTIFICATE (not a list of certificates, or empty), RADMFA_E_NO_MEMORY or a libuv
 * error. */
RADMFA_API RADMFA_MUST_USE int radmfa_tls_context_new(radmfa_span ca_pem,
                                                      const radmfa_allocator *allocator,
                                                      radmfa_tls_context **out_context);

/* Any thread. */
RADMFA_API radmfa_tls_context *radmfa_tls_context_ref(radmfa_tls_context *context);
RADMFA_API void radmfa_tls_context_unref(radmfa_tls_context *context);

typedef struct radmfa_stream radmfa_stream;

typedef enum radmfa_stream_tls {
  RADMFA_STREAM_TLS_NOW,
  RADMFA_STREAM_TLS_LATER, /* radmfa_stream_start_tls says when */
  RADMFA_STREAM_TLS_NEVER, /* plain for good */
} radmfa_stream_tls;

#define RADMFA_STREAM_NAME_SIZE 256u /* of a host or server name, its NUL included */

typedef struct radmfa_stream_options {
  size_t size;
  const char *host; /* a name or an IP address, without brackets; copied */
  uint16_t port;
  /* a name or an IP address that the certificate must have (one without any DNS name has its
   * common name); default NULL: host. Copied. */
  const char *server_name;
  radmfa_stream_tls tls; /* default NOW */
  /* for name resolution and TCP together, over all addresses of the name; default 5000 */
  uint32_t connect_timeout_ms;
  uint32_t handshake_timeout_ms; /* of TLS; default 5000 */
  /* octets that may have come and not be consumed; default 65536, at least 4096 */
  uint32_t unread_max;
  radmfa_allocator allocator; /* zero for the C library's */
} radmfa_stream_options;

/* radmfa_stream_options_init sets the defaults named above; host and port are the caller's. */
RADMFA_API void radmfa_stream_options_init(radmfa_stream_options *options);

/* What a stream is connected to. Borrowed for the call. */
typedef struct radmfa_stream_info {
  radmfa_address peer;
  /* The rest says nothing while the stream is plain: NULL, 0, false. */
  const char *tls_version;           /* "TLSv1.3" */
  const char *certificate_subject;   /* RFC 4514; control characters are escaped */
  int64_t certificate_not_after_sec; /* seconds since 1970, UTC */
  bool is_resumed;                   /* the certificate was verified when the session was new */
} radmfa_stream_info;

typedef struct radmfa_stream_callbacks {
  /* Once when the stream can be used, TLS included where it begins with it; once more when TLS
   * that radmfa_stream_start_tls began is up. */
  void (*connected)(const radmfa_stream_info *info, void *user);
  /* What has come and was not consumed (radmfa_stream_consume), oldest first, each time that there
   * is more of it. Borrowed for the call, consumed or not. */
  void (*data)(radmfa_span bytes, void *user);
  /* Or NULL: a write was refused with RADMFA_E_BUSY, and the queue is empty now. */
  void (*drained)(void *user);
  /* Exactly once, the last callback: nothing is left of the stream. `error` is
   *   0                       the peer ended it in order
   *   UV_EOF                  it ended without TLS's close_notify: perhaps somebody cut it off
   *   RADMFA_E_CANCELLED      radmfa_stream_close
   *   RADMFA_E_TIMED_OUT      not connected, or no TLS, in time
   *   RADMFA_E_CERTIFICATE    the certificate is not to be trusted: unknown CA, expired, ...
   *   RADMFA_E_NAME           the certificate is for another name
   *   RADMFA_E_TLS            TLS failed otherwise: no common version, no TLS, damaged
   *   RADMFA_E_TOO_BIG        unread_max octets have come, and none of them was consumed; or a
   *                           peer makes TLS answer and does not read
   *   RADMFA_E_NO_MEMORY
   *   or libuv's: UV_EAI_... (the name), UV_ECONNREFUSED, UV_ECONNRESET, ...
   * `detail` says more, for logs: plain text, never NULL, borrowed. */
  void (*closed)(int error, const char *detail, void *user);
} radmfa_stream_callbacks;

/* radmfa_stream_connect begins: the addresses of the host are tried in order, each with its share
 * of the time that is left. The stream takes a reference to `context`, which may be NULL for
 * TLS_NEVER. `*callbacks` is copied. A handshake holds the loop for half a millisecond or more:
 * who has many streams opens a few at a time.
 *
 * Returns 0, and then `closed` comes in the end whatever happens; or RADMFA_E_INVALID,
 * RADMFA_E_NO_MEMORY, and nothing is called. The stream is alive until `closed` is called. */
RADMFA_API RADMFA_MUST_USE int radmfa_stream_connect(uv_loop_t *loop, radmfa_tls_context *context,
                                                     const radmfa_stream_options *options,
                                                     const radmfa_stream_callbacks *callbacks,
                                                     void *user, radmfa_stream **out_stream);

/* radmfa_stream_consume: the `len` oldest octets that are unread have been dealt with. More than
 * there are is all of them. */
RADMFA_API void radmfa_stream_consume(radmfa_stream *stream, size_t len);

#define RADMFA_STREAM_QUEUE_MAX 262144u /* octets that wait for the peer to take them */

/* radmfa_stream_write sends a copy of `bytes`, all of them or none. Returns 0; RADMFA_E_TOO_BIG
 * (longer than the queue), RADMFA_E_BUSY (connecting, shaking hands, or the queue lacks room: see
 * `drained`), RADMFA_E_CANCELLED (the stream is ending), RADMFA_E_NO_MEMORY (and a stream with TLS
 * ends). */
RADMFA_API RADMFA_MUST_USE int radmfa_stream_write(radmfa_stream *stream, radmfa_span bytes);

/* radmfa_stream_start_tls begins the handshake on a stream that was TLS_LATER and is plain. What
 * was said before it must have been consumed: an octet behind the answer that agreed to TLS may
 * come from anybody. Returns 0 (`connected` or `closed` follows); RADMFA_E_INJECTED (there are
 * unread octets: close the stream), RADMFA_E_INVALID (not TLS_LATER, or TLS already),
 * RADMFA_E_BUSY (not connected yet), RADMFA_E_CANCELLED (the stream is ending). */
RADMFA_API RADMFA_MUST_USE int radmfa_stream_start_tls(radmfa_stream *stream);

/* radmfa_stream_close ends the stream, with close_notify where there is TLS; what the system has
 * not taken yet is dropped. Only `closed` is called after it. Not after `closed`; twice, and NULL,
 * are fine. A name look-up under way does not delay `closed`; it keeps the loop alive until it
 * ends, and the allocator must last until then. */
RADMFA_API void radmfa_stream_close(radmfa_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
