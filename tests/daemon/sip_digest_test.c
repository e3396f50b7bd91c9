/* sip_digest_test.c: against what is in print (RFC 2617 3.5, RFC 7616 3.9.1), with hashes of
 * OpenSSL. */
#include "factor/sip_digest.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

static void hash(const EVP_MD *kind, radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned len = 0;
  cr_assert_eq(EVP_Digest(bytes.ptr, bytes.len, value, &len, kind, NULL), 1);
  sodium_bin2hex(out_hex, SIP_DIGEST_HEX_SIZE, value, len);
}

static void md5(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  hash(EVP_md5(), bytes, out_hex);
}

static void sha256(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  hash(EVP_sha256(), bytes, out_hex);
}

static char out[SIP_DIGEST_SIZE];

static bool answer(const char *const *params, const char *password, const char *cnonce) {
  struct sip_challenge challenge = {.params = params};
  struct sip_credentials credentials = {
      .user = "Mufasa", .password = radmfa_text(password), .md5 = md5, .sha256 = sha256};
  struct sip_digest_request request = {.method = "GET", .uri = "/dir/index.html", .cnonce = cnonce};
  return sip_digest_answer(&challenge, &credentials, &request, out);
}

static bool says(const char *what) {
  return strstr(out, what) != NULL;
}

Test(sip_digest, the_example_of_rfc_2617) {
  static const char *const params[] = {"realm=\"testrealm@host.com\"", "qop=\"auth,auth-int\"",
                                       "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                                       "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"", NULL};
  cr_assert(answer(params, "Circle Of Life", "0a4f113b"));
  cr_assert(says("response=\"6629fae49393a05397450978507c4ef1\""), "%s", out);
  cr_assert(says("qop=auth, nc=00000001, cnonce=\"0a4f113b\""));
  cr_assert(says("opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
}

#define RFC_7616                                                \
  "realm=\"http-auth@example.org\"", "qop=\"auth, auth-int\"",  \
      "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"", \
      "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
#define CNONCE "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

Test(sip_digest, the_examples_of_rfc_7616) {
  static const char *const with_md5[] = {RFC_7616, "algorithm=MD5", NULL};
  static const char *const with_sha256[] = {RFC_7616, "algorithm=SHA-256", NULL};
  cr_assert(answer(with_md5, "Circle of Life", CNONCE));
  cr_assert(says("response=\"8ca523f5e9506fed4657c9700eebdbec\""), "%s", out);
  cr_assert(answer(with_sha256, "Circle of Life", CNONCE));
  cr_assert(says("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"), "%s", out);
}

Test(sip_digest, quotes_in_a_realm_are_written_as_they_came) {
  static const char *const params[] = {"realm=\"a \\\"b\\\"\"", "nonce=\"n\"", NULL};
  cr_assert(answer(params, "x", "c"));
  cr_assert(says("realm=\"a \\\"b\\\"\""));
  cr_assert_not(says("qop"));
}

static unsigned rank(const char *a, const char *b, const char *c) {
  const char *params[] = {a, b, c, NULL};
  struct sip_challenge challenge = {.params = params};
  return sip_digest_rank(&challenge);
}

Test(sip_digest, sha_256_is_better_than_md5_and_what_we_cannot_answer_is_nothing) {
  unsigned md5_rank = rank("realm=\"r\"", "nonce=\"n\"", NULL);
  cr_assert_gt(md5_rank, 0);
  cr_assert_gt(rank("realm=\"r\"", "nonce=\"n\"", "algorithm=sha-256"), md5_rank);
  cr_assert_eq(rank("realm=\"r\"", "nonce=\"n\"", "algorithm=MD5-sess"), 0);
  cr_assert_eq(rank("realm=\"r\"", "nonce=\"n\"", "qop=\"auth-int\""), 0);
  cr_assert_eq(rank("realm=\"r\"", NULL, NULL), 0);
  cr_assert_eq(rank("nonce=\"n\"", NULL, NULL), 0);
  cr_assert_eq(rank("realm=\"\x01\"", "nonce=\"n\"", NULL), 0);
}

Test(sip_digest, what_is_too_long_is_not_answered) {
  char nonce[700], password[2000];
  memset(nonce, 'n', sizeof nonce - 1);
  memcpy(nonce, "nonce=", 6);
  nonce[sizeof nonce - 1] = '\0';
  memset(password, 'p', sizeof password - 1);
  password[sizeof password - 1] = '\0';
  const char *long_nonce[] = {"realm=\"r\"", nonce, NULL};
  const char *params[] = {"realm=\"r\"", "nonce=\"n\"", NULL};
  cr_assert_not(answer(long_nonce, "x", "c"));
  cr_assert_not(answer(params, password, "c"));
}

Test(sip_digest, without_parameters_there_is_no_challenge) {
  struct sip_challenge challenge = {.params = NULL};
  cr_assert_eq(sip_digest_rank(&challenge), 0);
  cr_assert_not(sip_digest_is_stale(&challenge));
}
