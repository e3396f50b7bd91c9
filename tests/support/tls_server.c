#include "tls_server.h"

#include <criterion/criterion.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct tls_server_peer {
  struct tls_server_peer *next;
  struct tls_server *server;
  uv_tcp_t tcp;
  SSL *ssl;
  BIO *in, *out;
  bool is_secure;
  size_t n_plain;
};

/* ---- certificates ---- */

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  cr_assert(extension && X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
}

static void set_subject(X509 *certificate, const char *name) {
  X509_NAME *subject = X509_get_subject_name(certificate);
  cr_assert(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                                       -1, 0));
}

struct identity identity_new(const struct identity *issuer, const char *alternative_name,
                             long valid_sec) {
  static long serial;
  struct identity new = {EVP_EC_gen("P-256"), X509_new()};
  const struct identity *signer = issuer ? issuer : &new;
  X509_set_version(new.certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(new.certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(new.certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(new.certificate), valid_sec);
  X509_set_pubkey(new.certificate, new.key);
  set_subject(new.certificate, alternative_name ? "Test Server"
                               : issuer         ? "Test CA below"
                                                : "Test CA");
  X509_set_issuer_name(new.certificate, X509_get_subject_name(signer->certificate));
  add_extension(new.certificate, signer->certificate, NID_basic_constraints,
                alternative_name ? "CA:FALSE" : "critical,CA:TRUE");
  if (alternative_name)
    add_extension(new.certificate, signer->certificate, NID_subject_alt_name, alternative_name);
  cr_assert(X509_sign(new.certificate, signer->key, EVP_sha256()));
  return new;
}

void identity_free(struct identity *identity) {
  EVP_PKEY_free(identity->key);
  X509_free(identity->certificate);
}

char *identity_pem(const struct identity *identity) {
  BIO *bio = BIO_new(BIO_s_mem());
  char *bytes;
  cr_assert(PEM_write_bio_X509(bio, identity->certificate));
  long len = BIO_get_mem_data(bio, &bytes);
  char *pem = strndup(bytes, (size_t)len);
  BIO_free(bio);
  return pem;
}

/* ---- a connection ---- */

struct server_write {
  uv_write_t request;
  char bytes[];
};

static void on_written(uv_write_t *request, int status) {
  (void)status;
  free(request);
}

static void say_raw(struct tls_server_peer *peer, const void *bytes, size_t len) {
  struct server_write *write = malloc(sizeof *write + len);
  memcpy(write->bytes, bytes, len);
  uv_buf_t buffer = uv_buf_init(write->bytes, (unsigned)len);
  if (uv_write(&write->request, (uv_stream_t *)&peer->tcp, &buffer, 1, on_written)) free(write);
}

static void flush(struct tls_server_peer *peer) {
  char bytes[16384];
  for (int n; (n = BIO_read(peer->out, bytes, sizeof bytes)) > 0;) say_raw(peer, bytes, (size_t)n);
}

static void on_peer_closed(uv_handle_t *handle) {
  struct tls_server_peer *peer = handle->data;
  const struct tls_server_options *options = &peer->server->options;
  struct tls_server_peer **link = &peer->server->peers;
  while (*link != peer) link = &(*link)->next;
  *link = peer->next;
  if (options->gone) options->gone(peer, options->user);
  SSL_free(peer->ssl);
  free(peer);
}

static void hang_up(struct tls_server_peer *peer) {
  if (!uv_is_closing((uv_handle_t *)&peer->tcp))
    uv_close((uv_handle_t *)&peer->tcp, on_peer_closed);
}

static void hear(struct tls_server_peer *peer, const char *bytes, size_t len) {
  struct tls_server *server = peer->server;
  server->n_heard += len;
  if (server->options.is_echo) SSL_write(peer->ssl, bytes, (int)len);
  if (server->options.hear)
    server->options.hear(peer, (radmfa_span){(const uint8_t *)bytes, len}, server->options.user);
  if (!server->options.closes_after || server->n_heard < server->options.closes_after) return;
  if (!server->options.cuts_off) SSL_shutdown(peer->ssl);
  flush(peer);
  hang_up(peer);
}

static void hear_raw(struct tls_server_peer *peer, const char *bytes, size_t len) {
  char plain[16384];
  BIO_write(peer->in, bytes, (int)len);
  for (int n; (n = SSL_read(peer->ssl, plain, sizeof plain)) > 0;) hear(peer, plain, (size_t)n);
  ERR_clear_error();
  flush(peer);
}

static void hear_plain(struct tls_server_peer *peer, const char *bytes, size_t len) {
  const struct tls_server_options *options = &peer->server->options;
  peer->n_plain += len;
  if (options->is_echo) say_raw(peer, bytes, len);
  if (options->hear) options->hear(peer, (radmfa_span){(const uint8_t *)bytes, len}, options->user);
  if (!options->starts_tls_after || peer->n_plain < options->starts_tls_after) return;
  peer->is_secure = true;
  say_raw(peer, options->agrees.ptr, options->agrees.len);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *out_buffer) {
  static char bytes[65536];
  (void)handle;
  (void)size;
  *out_buffer = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *tcp, ssize_t len, const uv_buf_t *buffer) {
  struct tls_server_peer *peer = tcp->data;
  if (len < 0) {
    hang_up(peer);
  } else if (len > 0 && !peer->server->options.is_silent) {
    if (peer->is_secure)
      hear_raw(peer, buffer->base, (size_t)len);
    else
      hear_plain(peer, buffer->base, (size_t)len);
  }
}

static void on_connection(uv_stream_t *listener, int status) {
  struct tls_server *server = listener->data;
  struct tls_server_peer *peer = calloc(1, sizeof *peer);
  cr_assert_eq(status, 0);
  server->n_connections++;
  *peer = (struct tls_server_peer){.next = server->peers,
                                   .server = server,
                                   .ssl = SSL_new(server->context),
                                   .in = BIO_new(BIO_s_mem()),
                                   .out = BIO_new(BIO_s_mem()),
                                   .is_secure = !server->options.is_plain};
  server->peers = peer;
  SSL_set_bio(peer->ssl, peer->in, peer->out);
  SSL_set_accept_state(peer->ssl);
  uv_tcp_init(server->loop, &peer->tcp);
  peer->tcp.data = peer;
  cr_assert_eq(uv_accept(listener, (uv_stream_t *)&peer->tcp), 0);
  uv_read_start((uv_stream_t *)&peer->tcp, on_alloc, on_read);
}

/* ---- the server ---- */

static void make_context(struct tls_server *server) {
  const struct tls_server_options *options = &server->options;
  server->context = SSL_CTX_new(TLS_server_method());
  if (options->identity) {
    cr_assert(SSL_CTX_use_certificate(server->context, options->identity->certificate));
    cr_assert(SSL_CTX_use_PrivateKey(server->context, options->identity->key));
  }
  if (!options->version_max) return;
  /* versions before 1.2 are below the security level of the system */
  SSL_CTX_set_cipher_list(server->context, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(server->context, options->version_max);
}

void tls_server_open(struct tls_server *server, uv_loop_t *loop,
                     const struct tls_server_options *options) {
  struct sockaddr_in address;
  int len = sizeof address;
  *server = (struct tls_server){.options = *options, .loop = loop};
  make_context(server);
  cr_assert_eq(uv_ip4_addr("127.0.0.1", 0, &address), 0);
  uv_tcp_init(loop, &server->listener);
  server->listener.data = server;
  cr_assert_eq(uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0), 0);
  cr_assert_eq(uv_listen((uv_stream_t *)&server->listener, 16, on_connection), 0);
  cr_assert_eq(uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &len), 0);
  server->port = ntohs(address.sin_port);
}

void tls_server_say(struct tls_server_peer *peer, radmfa_span bytes) {
  if (peer->is_secure) {
    SSL_write(peer->ssl, bytes.ptr, (int)bytes.len);
    flush(peer);
  } else {
    say_raw(peer, bytes.ptr, bytes.len);
  }
}

void tls_server_begin_tls(struct tls_server_peer *peer) {
  peer->is_secure = true;
}

void tls_server_hang_up(struct tls_server_peer *peer) {
  hang_up(peer);
}

void tls_server_hang_up_all(struct tls_server *server) {
  for (struct tls_server_peer *peer = server->peers; peer; peer = peer->next) hang_up(peer);
}

void tls_server_close(struct tls_server *server) {
  tls_server_hang_up_all(server);
  uv_close((uv_handle_t *)&server->listener, NULL);
  uv_run(server->loop, UV_RUN_DEFAULT);
  SSL_CTX_free(server->context);
}
