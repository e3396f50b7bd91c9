/* tls_server.h: a TLS server on the loop of the test, and the authority that signs for it, both
 * made when the test asks for them. */
#ifndef RADMFA_TEST_TLS_SERVER_H
#define RADMFA_TEST_TLS_SERVER_H

#include <radmfa/base.h>
#include <uv.h>

#include <openssl/ssl.h>

/* A key and its certificate. */
struct identity {
  EVP_PKEY *key;
  X509 *certificate;
};

/* `alternative_name` as X509V3 writes it, "DNS:dc1.example" or "IP:127.0.0.1"; NULL makes a CA.
 * Signed by `issuer`, or NULL: by itself. Valid from a day ago until `valid_sec` from now. */
struct identity identity_new(const struct identity *issuer, const char *alternative_name,
                             long valid_sec);
void identity_free(struct identity *identity);
/* Its certificate as PEM; to be freed. */
char *identity_pem(const struct identity *identity);

struct tls_server_peer;

struct tls_server_options {
  const struct identity *identity;
  int version_max;         /* 0: the newest */
  bool is_plain;           /* until starts_tls_after have come */
  size_t starts_tls_after; /* plain octets; 0: never */
  radmfa_span agrees;      /* what it says then, all in one piece */
  bool is_silent;          /* reads, and says nothing at all */
  size_t closes_after;     /* octets said by the client; 0: never */
  bool cuts_off;           /* and then without close_notify */
  bool is_echo;            /* says what it is told */
  /* or NULL: what a client said, in the clear or decrypted; and that one is gone */
  void (*hear)(struct tls_server_peer *peer, radmfa_span bytes, void *user);
  void (*gone)(struct tls_server_peer *peer, void *user);
  void *user;
};

struct tls_server {
  struct tls_server_options options;
  uint16_t port;
  unsigned n_connections;
  size_t n_heard; /* what the client said, without its plain part */
  uv_loop_t *loop;
  uv_tcp_t listener;
  SSL_CTX *context;
  struct tls_server_peer *peers;
};

void tls_server_open(struct tls_server *server, uv_loop_t *loop,
                     const struct tls_server_options *options);
void tls_server_close(struct tls_server *server);

void tls_server_say(struct tls_server_peer *peer, radmfa_span bytes);
void tls_server_begin_tls(struct tls_server_peer *peer); /* what it hears from now on is TLS */
void tls_server_hang_up(struct tls_server_peer *peer);
void tls_server_hang_up_all(struct tls_server *server);

#endif
