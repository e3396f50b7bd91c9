/* tls.c: OpenSSL between two memory BIOs. Nothing here can wait for anything. */
#include "tls.h"

#include "../core/mem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "../core/core.h"

#define SESSIONS_MAX 16u /* of one context; then the oldest goes */

struct kept_session {
  struct tls_peer peer;
  SSL_SESSION *session; /* or NULL */
};

struct radmfa_tls_context {
  radmfa_allocator allocator;
  atomic_uint references;
  SSL_CTX *ssl_context;
  pthread_mutex_t lock; /* of what follows */
  unsigned next_session;
  struct kept_session sessions[SESSIONS_MAX];
};

struct tls {
  radmfa_tls_context *context;
  SSL *ssl;
  BIO *in, *out; /* owned by ssl */
  const char *detail;
  struct tls_peer peer;
};

/* ---- sessions ---- */

static bool is_same(const struct tls_peer *a, const struct tls_peer *b) {
  return a->port == b->port && strcmp(a->host, b->host) == 0 &&
         strcmp(a->server_name, b->server_name) == 0;
}

static struct kept_session *find_session(radmfa_tls_context *context, const struct tls_peer *peer) {
  for (unsigned i = 0; i < SESSIONS_MAX; i++)
    if (context->sessions[i].session && is_same(&context->sessions[i].peer, peer))
      return &context->sessions[i];
  return NULL;
}

/* `session` may be NULL: then there is none any more. */
static void keep_session(radmfa_tls_context *context, const struct tls_peer *peer,
                         SSL_SESSION *session) {
  pthread_mutex_lock(&context->lock);
  struct kept_session *kept = find_session(context, peer);
  if (!kept && session) kept = &context->sessions[context->next_session++ % SESSIONS_MAX];
  if (kept) {
    SSL_SESSION_free(kept->session);
    *kept = (struct kept_session){*peer, session};
  }
  pthread_mutex_unlock(&context->lock);
}

/* A resumed session brings no certificate that would be verified again, so that it must not
 * outlive the one it began with. */
static bool is_unexpired(SSL_SESSION *session) {
  const X509 *certificate = SSL_SESSION_get0_peer(session);
  return certificate && X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

/* Each handshake has its own copy: OpenSSL writes into the one it uses. */
static void resume(struct tls *tls) {
  radmfa_tls_context *context = tls->context;
  pthread_mutex_lock(&context->lock);
  struct kept_session *kept = find_session(context, &tls->peer);
  SSL_SESSION *session =
      kept && is_unexpired(kept->session) ? SSL_SESSION_dup(kept->session) : NULL;
  pthread_mutex_unlock(&context->lock);
  if (session) (void)SSL_set_session(tls->ssl, session);
  SSL_SESSION_free(session);
}

static int on_session(SSL *ssl, SSL_SESSION *session) {
  struct tls *tls = SSL_get_app_data(ssl);
  SSL_SESSION *copy = SSL_SESSION_dup(session);
  if (copy) keep_session(tls->context, &tls->peer, copy);
  return 0; /* the caller's reference is not kept */
}

/* ---- context ---- */

/* Without it OpenSSL asks at the terminal. */
static int no_passphrase(char *out_text, int size, int is_writing, void *user) {
  (void)out_text;
  (void)size;
  (void)is_writing;
  (void)user;
  return -1;
}

static int add_certificates(X509_STORE *store, BIO *pem) {
  size_t n = 0;
  for (X509 *certificate; (certificate = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL)); n++) {
    int added = X509_STORE_add_cert(store, certificate);
    X509_free(certificate);
    if (!added) return RADMFA_E_NO_MEMORY;
  }
  /* "no start line" is the end of the list; anything else is a damaged certificate */
  bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return n > 0 && is_end ? 0 : RADMFA_E_CERTIFICATE;
}

static int read_certificates(SSL_CTX *ssl_context, radmfa_span pem) {
  if (pem.len == 0 || pem.len > INT32_MAX) return RADMFA_E_CERTIFICATE;
  BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
  if (!bio) return RADMFA_E_NO_MEMORY;
  ERR_clear_error();
  int error = add_certificates(SSL_CTX_get_cert_store(ssl_context), bio);
  BIO_free(bio);
  return error;
}

static int configure(SSL_CTX *ssl_context) {
  SSL_CTX_set_verify(ssl_context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_options(ssl_context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(ssl_context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(ssl_context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(ssl_context, on_session);
  X509_VERIFY_PARAM *verify = SSL_CTX_get0_param(ssl_context);
  X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool ok = X509_VERIFY_PARAM_set_flags(verify, X509_V_FLAG_PARTIAL_CHAIN) &&
            SSL_CTX_set_min_proto_version(ssl_context, TLS1_2_VERSION);
  return ok ? 0 : RADMFA_E_NO_MEMORY;
}

static int fill(radmfa_tls_context *context, radmfa_span ca_pem) {
  context->ssl_context = SSL_CTX_new(TLS_client_method());
  if (!context->ssl_context) return RADMFA_E_NO_MEMORY;
  int error = configure(context->ssl_context);
  if (!error) error = read_certificates(context->ssl_context, ca_pem);
  if (!error && pthread_mutex_init(&context->lock, NULL)) error = RADMFA_E_NO_MEMORY;
  if (error) SSL_CTX_free(context->ssl_context);
  return error;
}

int radmfa_tls_context_new(radmfa_span ca_pem, const radmfa_allocator *allocator,
                           radmfa_tls_context **out_context) {
  radmfa_allocator chosen = radmfa__allocator(allocator);
  radmfa_tls_context *context = radmfa__alloc(&chosen, sizeof *context);
  if (!context) return RADMFA_E_NO_MEMORY;
  context->allocator = chosen;
  atomic_init(&context->references, 1);
  int error = fill(context, ca_pem);
  if (error)
    radmfa__free(&chosen, context, sizeof *context);
  else
    *out_context = context;
  return error;
}

radmfa_tls_context *radmfa_tls_context_ref(radmfa_tls_context *context) {
  atomic_fetch_add_explicit(&context->references, 1, memory_order_relaxed);
  return context;
}

void radmfa_tls_context_unref(radmfa_tls_context *context) {
  if (!context || atomic_fetch_sub_explicit(&context->references, 1, memory_order_acq_rel) > 1)
    return;
  radmfa_allocator allocator = context->allocator;
  for (unsigned i = 0; i < SESSIONS_MAX; i++) SSL_SESSION_free(context->sessions[i].session);
  SSL_CTX_free(context->ssl_context);
  pthread_mutex_destroy(&context->lock);
  radmfa__free(&allocator, context, sizeof *context);
}

/* ---- one connection ---- */

/* An address must stand in the certificate as an address, and is no name to send (RFC 6066 3). */
static bool expect_name(SSL *ssl, char *name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name)) return true;
  ERR_clear_error();
  return SSL_set1_host(ssl, name) && SSL_set_tlsext_host_name(ssl, name);
}

static bool make_ssl(struct tls *tls) {
  tls->ssl = SSL_new(tls->context->ssl_context);
  if (!tls->ssl) return false;
  tls->in = BIO_new(BIO_s_mem());
  tls->out = BIO_new(BIO_s_mem());
  if (!tls->in || !tls->out) {
    BIO_free(tls->in);
    BIO_free(tls->out);
    return false;
  }
  SSL_set_bio(tls->ssl, tls->in, tls->out);
  SSL_set_connect_state(tls->ssl);
  SSL_set_app_data(tls->ssl, tls);
  return expect_name(tls->ssl, tls->peer.server_name);
}

int radmfa__tls_new(radmfa_tls_context *context, const struct tls_peer *peer,
                    struct tls **out_tls) {
  struct tls *tls = radmfa__alloc(&context->allocator, sizeof *tls);
  if (!tls) return RADMFA_E_NO_MEMORY;
  tls->context = radmfa_tls_context_ref(context);
  tls->peer = *peer;
  tls->detail = "";
  if (!make_ssl(tls)) {
    ERR_clear_error();
    radmfa__tls_free(tls);
    return RADMFA_E_NO_MEMORY;
  }
  resume(tls);
  *out_tls = tls;
  return 0;
}

void radmfa__tls_free(struct tls *tls) {
  if (!tls) return;
  radmfa_tls_context *context = tls->context;
  SSL_free(tls->ssl);
  radmfa__free(&context->allocator, tls, sizeof *tls);
  radmfa_tls_context_unref(context);
}

int radmfa__tls_feed(struct tls *tls, radmfa_span bytes) {
  size_t written;
  if (bytes.len == 0) return 0;
  return BIO_write_ex(tls->in, bytes.ptr, bytes.len, &written) ? 0 : RADMFA_E_NO_MEMORY;
}

size_t radmfa__tls_take(struct tls *tls, uint8_t *out_bytes, size_t size) {
  size_t len = 0;
  return BIO_read_ex(tls->out, out_bytes, size, &len) ? len : 0;
}

/* ---- errors ---- */

/* The certificate's own fault is told apart from TLS's. */
static int certificate_error(struct tls *tls, long verdict) {
  tls->detail = X509_verify_cert_error_string(verdict);
  return verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH
             ? RADMFA_E_NAME
             : RADMFA_E_CERTIFICATE;
}

/* OpenSSL's errors are kept by thread: none is left behind for whoever uses it next. */
static int tls_error(struct tls *tls) {
  unsigned long code = ERR_peek_error();
  const char *reason = ERR_reason_error_string(code);
  long verdict = SSL_get_verify_result(tls->ssl);
  ERR_clear_error();
  if (verdict != X509_V_OK) return certificate_error(tls, verdict);
  tls->detail = reason ? reason : "";
  return ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE ? RADMFA_E_NO_MEMORY : RADMFA_E_TLS;
}

static bool wants_more(struct tls *tls, int result) {
  return SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_READ;
}

const char *radmfa__tls_detail(const struct tls *tls) {
  return tls->detail;
}

/* ---- handshake, in, out ---- */

int radmfa__tls_handshake(struct tls *tls, bool *out_is_done) {
  ERR_clear_error();
  int result = SSL_do_handshake(tls->ssl);
  if (result == 1 || wants_more(tls, result)) {
    *out_is_done = result == 1;
    return 0;
  }
  keep_session(tls->context, &tls->peer, NULL); /* if it was to blame, the next try does without */
  return tls_error(tls);
}

int radmfa__tls_read(struct tls *tls, uint8_t *out_bytes, size_t size, size_t *out_len,
                     bool *out_is_end) {
  size_t len = 0;
  ERR_clear_error();
  int result = SSL_read_ex(tls->ssl, out_bytes, size, &len);
  bool is_end = !result && SSL_get_error(tls->ssl, result) == SSL_ERROR_ZERO_RETURN;
  if (!result && !is_end && !wants_more(tls, result)) return tls_error(tls);
  *out_len = len;
  *out_is_end = is_end;
  return 0;
}

int radmfa__tls_write(struct tls *tls, radmfa_span bytes) {
  size_t written;
  if (bytes.len == 0) return 0;
  ERR_clear_error();
  /* a memory BIO takes everything, so that it fails for want of memory alone */
  if (SSL_write_ex(tls->ssl, bytes.ptr, bytes.len, &written)) return 0;
  ERR_clear_error();
  return RADMFA_E_NO_MEMORY;
}

void radmfa__tls_end(struct tls *tls) {
  (void)SSL_shutdown(tls->ssl);
  ERR_clear_error();
}

/* ---- what is told of the peer ---- */

static void copy_subject(const X509 *certificate, char out_subject[TLS_SUBJECT_SIZE]) {
  size_t len = 0;
  BIO *text = BIO_new(BIO_s_mem());
  if (text && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0)
    (void)BIO_read_ex(text, out_subject, TLS_SUBJECT_SIZE - 1, &len);
  out_subject[len] = '\0';
  BIO_free(text);
}

static int64_t seconds_of(const ASN1_TIME *when) {
  struct tm utc;
  return ASN1_TIME_to_tm(when, &utc) ? (int64_t)timegm(&utc) : 0;
}

void radmfa__tls_describe(const struct tls *tls, char out_subject[TLS_SUBJECT_SIZE],
                          radmfa_stream_info *out_info) {
  const X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
  out_subject[0] = '\0';
  if (certificate) copy_subject(certificate, out_subject);
  out_info->tls_version = SSL_get_version(tls->ssl);
  out_info->certificate_subject = out_subject;
  out_info->certificate_not_after_sec =
      certificate ? seconds_of(X509_get0_notAfter(certificate)) : 0;
  out_info->is_resumed = SSL_session_reused(tls->ssl);
}
