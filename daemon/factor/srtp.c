/* srtp.c: libsrtp2, with its words turned into ours. */
#include "srtp.h"

#include "rtp.h"

#include <radmfa/error.h>

#include <pthread.h>
#include <sodium.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>

#define TAG_SIZE 10u /* HMAC_SHA1_80 */
#define REPLAY_WINDOW 128u

_Static_assert(SRTP_ROOM >= SRTP_MAX_TRAILER_LEN, "libsrtp writes behind the packet");
_Static_assert(SRTP_KEY_SIZE == SRTP_AES_ICM_128_KEY_LEN_WSALT, "key and salt");

/* ---- the library ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned n_users;

bool srtp_begin(void) {
  pthread_mutex_lock(&lock);
  bool is_ready = n_users > 0 || srtp_init() == srtp_err_status_ok;
  n_users += is_ready;
  pthread_mutex_unlock(&lock);
  return is_ready;
}

void srtp_finish(void) {
  pthread_mutex_lock(&lock);
  if (--n_users == 0) (void)srtp_shutdown();
  pthread_mutex_unlock(&lock);
}

/* ---- keys ---- */

struct srtp_key {
  srtp_t session;
  uint8_t octets[SRTP_KEY_SIZE];
};

static int key_new(const uint8_t octets[SRTP_KEY_SIZE], srtp_ssrc_t source,
                   struct srtp_key **out_key) {
  struct srtp_key *key = calloc(1, sizeof *key);
  if (!key) return RADMFA_E_NO_MEMORY;
  memcpy(key->octets, octets, sizeof key->octets);
  srtp_policy_t policy = {.ssrc = source, .key = key->octets, .window_size = REPLAY_WINDOW};
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  if (srtp_create(&key->session, &policy) != srtp_err_status_ok) {
    key->session = NULL;
    srtp_key_free(key);
    return RADMFA_E_NO_MEMORY;
  }
  *out_key = key;
  return 0;
}

int srtp_key_new_sender(const uint8_t octets[SRTP_KEY_SIZE], uint32_t ssrc,
                        struct srtp_key **out_key) {
  return key_new(octets, (srtp_ssrc_t){.type = ssrc_specific, .value = ssrc}, out_key);
}

int srtp_key_new_receiver(const uint8_t octets[SRTP_KEY_SIZE], struct srtp_key **out_key) {
  return key_new(octets, (srtp_ssrc_t){.type = ssrc_any_inbound}, out_key);
}

void srtp_key_free(struct srtp_key *key) {
  if (!key) return;
  if (key->session) (void)srtp_dealloc(key->session);
  radmfa_wipe(key, sizeof *key);
  free(key);
}

bool srtp_key_is(const struct srtp_key *key, const uint8_t octets[SRTP_KEY_SIZE]) {
  return sodium_memcmp(key->octets, octets, SRTP_KEY_SIZE) == 0;
}

/* ---- packets ---- */

#define PACKET_SIZE_MAX 65535u /* a UDP datagram; libsrtp counts in int */

bool srtp_seal(struct srtp_key *key, uint8_t *packet, size_t *inout_len) {
  if (*inout_len < RTP_HEADER_SIZE || *inout_len > PACKET_SIZE_MAX) return false;
  int len = (int)*inout_len;
  if (srtp_protect(key->session, packet, &len) != srtp_err_status_ok) return false;
  *inout_len = (size_t)len;
  return true;
}

bool srtp_unseal(struct srtp_key *key, uint8_t *packet, size_t *inout_len) {
  if (*inout_len < RTP_HEADER_SIZE + TAG_SIZE || *inout_len > PACKET_SIZE_MAX) return false;
  int len = (int)*inout_len;
  if (srtp_unprotect(key->session, packet, &len) != srtp_err_status_ok) return false;
  *inout_len = (size_t)len;
  return true;
}
