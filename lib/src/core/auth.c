/* auth.c: decides what is forged, and hides and reveals passwords. */
#include "auth.h"

#include "crypto.h"

#include "core.h"

#define BLOCK RADMFA_AUTHENTICATOR_SIZE /* MD5's 16 octets: the step of every hiding below */

/* What HMAC-MD5 goes over: the packet with `authenticator` in its header and zeros in the attribute
 * (RFC 3579 3.2); in parts, so that nothing is copied. */
static void message_parts(const radmfa_packet *packet, const uint8_t *authenticator,
                          radmfa_span out_parts[HASH_PARTS_MAX]) {
  static const uint8_t zeros[RADMFA_AUTHENTICATOR_SIZE];
  const size_t at = packet->message_authenticator_at, behind = at + sizeof zeros;
  out_parts[0] = (radmfa_span){packet->bytes, 4};
  out_parts[1] = (radmfa_span){authenticator, RADMFA_AUTHENTICATOR_SIZE};
  out_parts[2] = (radmfa_span){packet->bytes + RADMFA_HEADER_SIZE, at - RADMFA_HEADER_SIZE};
  out_parts[3] = (radmfa_span){zeros, sizeof zeros};
  out_parts[4] = (radmfa_span){packet->bytes + behind, packet->length - behind};
}

static bool has_message_authenticator(const radmfa_packet *packet, const uint8_t *want) {
  return radmfa__equal_ct(packet->bytes + packet->message_authenticator_at, want,
                          RADMFA_AUTHENTICATOR_SIZE);
}

static bool message_authenticator_matches(const radmfa_packet *packet, const uint8_t *authenticator,
                                          const radmfa_secret *secret) {
  radmfa_span parts[HASH_PARTS_MAX];
  uint8_t want[RADMFA_AUTHENTICATOR_SIZE];
  message_parts(packet, authenticator, parts);
  radmfa__hmac_md5(secret, parts, HASH_PARTS_MAX, want);
  return has_message_authenticator(packet, want);
}

static int check_message_authenticator(const radmfa_packet *packet, const uint8_t *authenticator,
                                       const radmfa_secret *secret, bool required) {
  if (!packet->message_authenticator_at) return required ? RADMFA_E_NO_MESSAGE_AUTHENTICATOR : 0;
  return message_authenticator_matches(packet, authenticator, secret) ? 0 : RADMFA_E_FORGED;
}

/* EAP (RFC 3579 3.2) and Status-Server (RFC 5997 3) always need one. */
static bool needs_one(const radmfa_packet *request) {
  return request->has_eap || request->code == RADMFA_STATUS_SERVER;
}

int radmfa_verify_request(const radmfa_packet *request, const radmfa_secret *secret,
                          bool required) {
  return check_message_authenticator(request, radmfa_packet_authenticator(request), secret,
                                     required || needs_one(request));
}

int radmfa__judge_request(const radmfa_packet *request, bool matches, bool required) {
  if (request->message_authenticator_at) return matches ? 0 : RADMFA_E_FORGED;
  return required || needs_one(request) ? RADMFA_E_NO_MESSAGE_AUTHENTICATOR : 0;
}

_Static_assert(AUTH_AT_ONCE <= HASH_JOBS_MAX, "a job for each");

void radmfa__check_requests(struct auth_check *checks, size_t n) {
  struct hash_job jobs[AUTH_AT_ONCE];
  for (size_t i = 0; i < n; i++) {
    const radmfa_packet *request = checks[i].request;
    jobs[i].secret = checks[i].secret;
    jobs[i].n_parts = HASH_PARTS_MAX;
    message_parts(request, radmfa_packet_authenticator(request), jobs[i].parts);
  }
  radmfa__hmac_md5_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    checks[i].matches = has_message_authenticator(checks[i].request, jobs[i].digest);
}

/* What the Response Authenticator is MD5 of, the secret behind it (RFC 2865 3). */
#define RESPONSE_PARTS 3u

static void response_parts(const radmfa_packet *reply, const uint8_t *request_authenticator,
                           radmfa_span out_parts[RESPONSE_PARTS]) {
  out_parts[0] = (radmfa_span){reply->bytes, 4};
  out_parts[1] = (radmfa_span){request_authenticator, RADMFA_AUTHENTICATOR_SIZE};
  out_parts[2] =
      (radmfa_span){reply->bytes + RADMFA_HEADER_SIZE, reply->length - RADMFA_HEADER_SIZE};
}

static bool has_response_authenticator(const radmfa_packet *reply, const uint8_t *want) {
  return radmfa__equal_ct(radmfa_packet_authenticator(reply), want, RADMFA_AUTHENTICATOR_SIZE);
}

static bool response_authenticator_matches(const radmfa_packet *reply,
                                           const uint8_t *request_authenticator,
                                           const radmfa_secret *secret) {
  radmfa_span parts[RESPONSE_PARTS];
  uint8_t want[RADMFA_AUTHENTICATOR_SIZE];
  response_parts(reply, request_authenticator, parts);
  radmfa__md5_secret_last(secret, parts, RESPONSE_PARTS, want);
  return has_response_authenticator(reply, want);
}

/* The Response Authenticator goes first: with the wrong secret a reply is forged, whatever else it
 * lacks. */
int radmfa_verify_reply(const radmfa_packet *reply,
                        const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                        const radmfa_secret *secret, bool required) {
  if (!response_authenticator_matches(reply, request_authenticator, secret)) return RADMFA_E_FORGED;
  return check_message_authenticator(reply, request_authenticator, secret,
                                     required || reply->has_eap);
}

static void check_responses(struct auth_reply_check *checks, size_t n) {
  struct hash_job jobs[AUTH_AT_ONCE];
  for (size_t i = 0; i < n; i++) {
    jobs[i].secret = checks[i].secret;
    jobs[i].n_parts = RESPONSE_PARTS;
    response_parts(checks[i].reply, checks[i].request_authenticator, jobs[i].parts);
  }
  radmfa__md5_secret_last_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    checks[i].response_matches = has_response_authenticator(checks[i].reply, jobs[i].digest);
}

void radmfa__check_replies(struct auth_reply_check *checks, size_t n) {
  struct hash_job jobs[AUTH_AT_ONCE];
  struct auth_reply_check *checked[AUTH_AT_ONCE];
  size_t n_jobs = 0;
  check_responses(checks, n);
  for (size_t i = 0; i < n; i++) {
    checks[i].message_matches = false;
    if (!checks[i].response_matches || !checks[i].reply->message_authenticator_at) continue;
    jobs[n_jobs].secret = checks[i].secret;
    jobs[n_jobs].n_parts = HASH_PARTS_MAX;
    message_parts(checks[i].reply, checks[i].request_authenticator, jobs[n_jobs].parts);
    checked[n_jobs++] = &checks[i];
  }
  radmfa__hmac_md5_many(jobs, n_jobs);
  for (size_t i = 0; i < n_jobs; i++)
    checked[i]->message_matches = has_message_authenticator(checked[i]->reply, jobs[i].digest);
}

int radmfa__judge_reply(const struct auth_reply_check *check, bool required) {
  if (!check->response_matches) return RADMFA_E_FORGED;
  if (check->reply->message_authenticator_at) return check->message_matches ? 0 : RADMFA_E_FORGED;
  return required || check->reply->has_eap ? RADMFA_E_NO_MESSAGE_AUTHENTICATOR : 0;
}

enum direction { HIDE, REVEAL };

/* Each block is XORed with MD5(secret, the hidden block before it), the first with `pad`, which is
 * wiped. `len` is a multiple of BLOCK and not 0; `in` and `out` may be the same when hiding. */
static void xor_blocks_by_pad(enum direction direction, const radmfa_secret *secret,
                              uint8_t pad[BLOCK], const uint8_t *in, uint8_t *out, size_t len) {
  for (size_t at = 0; at < len; at += BLOCK) {
    if (at) {
      radmfa_span previous = {(direction == HIDE ? out : in) + at - BLOCK, BLOCK};
      radmfa__md5_secret_first(secret, &previous, 1, pad);
    }
    for (size_t i = 0; i < BLOCK; i++) out[at + i] = in[at + i] ^ pad[i];
  }
  radmfa_wipe(pad, BLOCK);
}

/* The first pad is MD5(secret, seed) (RFC 2865 5.2, RFC 2868 3.5). */
static void xor_blocks(enum direction direction, const radmfa_secret *secret,
                       const radmfa_span *seed, size_t n_seed, const uint8_t *in, uint8_t *out,
                       size_t len) {
  uint8_t pad[BLOCK];
  radmfa__md5_secret_first(secret, seed, n_seed, pad);
  xor_blocks_by_pad(direction, secret, pad, in, out, len);
}

static size_t rounded_up(size_t len) {
  return (len + BLOCK - 1) / BLOCK * BLOCK;
}

static size_t without_padding(const uint8_t *text, size_t len) {
  while (len && text[len - 1] == 0) len--;
  return len;
}

/* RFC 2865 5.2: 16 to 128 octets in steps of 16. */
static bool is_sound(radmfa_span hidden) {
  return hidden.len && hidden.len <= RADMFA_PASSWORD_SIZE_MAX && hidden.len % BLOCK == 0;
}

int radmfa__reveal_padded(radmfa_span hidden, const radmfa_secret *secret,
                          const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                          uint8_t out_padded[RADMFA_PASSWORD_SIZE_MAX]) {
  if (!is_sound(hidden)) return RADMFA_E_MALFORMED;
  radmfa_span seed = {request_authenticator, RADMFA_AUTHENTICATOR_SIZE};
  xor_blocks(REVEAL, secret, &seed, 1, hidden.ptr, out_padded, hidden.len);
  return 0;
}

int radmfa_reveal_password(const radmfa_packet *request, const radmfa_secret *secret,
                           uint8_t out_password[RADMFA_PASSWORD_SIZE_MAX], size_t *out_len) {
  radmfa_span hidden;
  if (!radmfa_packet_find(request, RADMFA_ATTR_USER_PASSWORD, &hidden)) return RADMFA_E_NOT_FOUND;
  TRY(radmfa__reveal_padded(hidden, secret, radmfa_packet_authenticator(request), out_password));
  *out_len = without_padding(out_password, hidden.len);
  return 0;
}

void radmfa__compute_pads(struct auth_pad *pads, size_t n) {
  struct hash_job jobs[AUTH_AT_ONCE];
  for (size_t i = 0; i < n; i++) {
    jobs[i].secret = pads[i].secret;
    jobs[i].n_parts = 1;
    jobs[i].parts[0] =
        (radmfa_span){radmfa_packet_authenticator(pads[i].request), RADMFA_AUTHENTICATOR_SIZE};
  }
  radmfa__md5_secret_first_many(jobs, n);
  for (size_t i = 0; i < n; i++) memcpy(pads[i].pad, jobs[i].digest, BLOCK);
  for (size_t i = 0; i < n; i++) radmfa_wipe(jobs[i].digest, BLOCK);
}

int radmfa__reveal_by_pad(const radmfa_packet *request, const radmfa_secret *secret,
                          const uint8_t pad[RADMFA_AUTHENTICATOR_SIZE],
                          uint8_t out_password[RADMFA_PASSWORD_SIZE_MAX], size_t *out_len) {
  radmfa_span hidden;
  uint8_t first[BLOCK];
  if (!radmfa_packet_find(request, RADMFA_ATTR_USER_PASSWORD, &hidden)) return RADMFA_E_NOT_FOUND;
  if (!is_sound(hidden)) return RADMFA_E_MALFORMED;
  memcpy(first, pad, BLOCK);
  xor_blocks_by_pad(REVEAL, secret, first, hidden.ptr, out_password, hidden.len);
  *out_len = without_padding(out_password, hidden.len);
  return 0;
}

int radmfa_hide_password(radmfa_span password, const radmfa_secret *secret,
                         const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                         uint8_t out_hidden[RADMFA_PASSWORD_SIZE_MAX], size_t *out_len) {
  if (password.len > RADMFA_PASSWORD_SIZE_MAX) return RADMFA_E_INVALID;
  size_t len = password.len ? rounded_up(password.len) : BLOCK;
  memset(out_hidden, 0, len);
  if (password.len) memcpy(out_hidden, password.ptr, password.len);
  radmfa_span seed = {request_authenticator, RADMFA_AUTHENTICATOR_SIZE};
  xor_blocks(HIDE, secret, &seed, 1, out_hidden, out_hidden, len);
  *out_len = len;
  return 0;
}

#define SALT_SIZE 2u
#define SALTED_BLOCKS_SIZE_MAX \
  (RADMFA_SALTED_PLAIN_SIZE_MAX + 1) /* the length octet and the plaintext */

int radmfa_hide_salted(radmfa_span plain, const uint8_t salt[2], const radmfa_secret *secret,
                       const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                       uint8_t out_hidden[RADMFA_SALTED_SIZE_MAX], size_t *out_len) {
  if (plain.len > RADMFA_SALTED_PLAIN_SIZE_MAX || !(salt[0] & 0x80)) return RADMFA_E_INVALID;
  uint8_t *blocks = out_hidden + SALT_SIZE;
  size_t len = rounded_up(1 + plain.len);
  memcpy(out_hidden, salt, SALT_SIZE);
  memset(blocks, 0, len);
  blocks[0] = (uint8_t)plain.len;
  if (plain.len) memcpy(blocks + 1, plain.ptr, plain.len);
  const radmfa_span seed[] = {{request_authenticator, RADMFA_AUTHENTICATOR_SIZE},
                              {out_hidden, SALT_SIZE}};
  xor_blocks(HIDE, secret, seed, 2, blocks, blocks, len);
  *out_len = SALT_SIZE + len;
  return 0;
}

int radmfa_reveal_salted(radmfa_span hidden, const radmfa_secret *secret,
                         const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                         uint8_t out_plain[RADMFA_SALTED_PLAIN_SIZE_MAX], size_t *out_len) {
  if (hidden.len < SALT_SIZE + BLOCK || hidden.len > SALT_SIZE + SALTED_BLOCKS_SIZE_MAX)
    return RADMFA_E_MALFORMED;
  size_t len = hidden.len - SALT_SIZE;
  if (len % BLOCK) return RADMFA_E_MALFORMED;
  uint8_t blocks[SALTED_BLOCKS_SIZE_MAX];
  const radmfa_span seed[] = {{request_authenticator, RADMFA_AUTHENTICATOR_SIZE},
                              {hidden.ptr, SALT_SIZE}};
  xor_blocks(REVEAL, secret, seed, 2, hidden.ptr + SALT_SIZE, blocks, len);
  bool fits = blocks[0] < len;
  if (fits) {
    memcpy(out_plain, blocks + 1, blocks[0]);
    *out_len = blocks[0];
  }
  radmfa_wipe(blocks, sizeof blocks);
  return fits ? 0 : RADMFA_E_MALFORMED;
}

int radmfa_verify_chap(const radmfa_packet *request, radmfa_span password) {
  radmfa_span given, challenge = {radmfa_packet_authenticator(request), RADMFA_AUTHENTICATOR_SIZE};
  if (!radmfa_packet_find(request, RADMFA_ATTR_CHAP_PASSWORD, &given)) return RADMFA_E_NOT_FOUND;
  if (given.len != 1 + BLOCK) return RADMFA_E_MALFORMED;
  radmfa_packet_find(request, RADMFA_ATTR_CHAP_CHALLENGE,
                     &challenge); /* stays the authenticator where there is none */
  const radmfa_span parts[] = {
      {given.ptr, 1}, password, challenge}; /* the first octet is the CHAP identifier */
  uint8_t want[BLOCK];
  radmfa__md5(parts, sizeof parts / sizeof *parts, want);
  return radmfa__equal_ct(given.ptr + 1, want, sizeof want) ? 0 : RADMFA_E_FORGED;
}
