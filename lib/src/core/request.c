#include "request.h"

#include "wire.h"

#include "core.h"

/* RFC 2865 5.2: 16 to 128 octets in steps of 16. */
static bool is_sound_password(radmfa_span hidden) {
  return hidden.len >= 16 && hidden.len <= RADMFA_PASSWORD_SIZE_MAX && hidden.len % 16 == 0;
}

static bool has_mschap(const radmfa_packet *packet) {
  radmfa_span value;
  return radmfa_packet_find_vendor(packet, RADMFA_VENDOR_MICROSOFT, RADMFA_MS_CHAP_RESPONSE,
                                   &value) ||
         radmfa_packet_find_vendor(packet, RADMFA_VENDOR_MICROSOFT, RADMFA_MS_CHAP2_RESPONSE,
                                   &value);
}

bool radmfa__request_method(const radmfa_packet *packet, radmfa_method *out_method) {
  unsigned methods = packet->has_eap ? RADMFA_METHOD_EAP : 0, n_passwords = 0;
  radmfa_span rest = attributes_of(packet, 0);
  for (radmfa_attr attr; take_attr(&rest, &attr);) {
    if (attr.type == RADMFA_ATTR_CHAP_PASSWORD) methods |= RADMFA_METHOD_CHAP;
    if (attr.type != RADMFA_ATTR_USER_PASSWORD) continue;
    methods |= RADMFA_METHOD_PAP;
    if (n_passwords++ || !is_sound_password(attr.value)) return false; /* RFC 2865 5.44: one */
  }
  if (methods & (methods - 1)) return false;
  if (!methods && has_mschap(packet)) methods = RADMFA_METHOD_MSCHAP;
  *out_method = (radmfa_method)methods;
  return true;
}

radmfa_span radmfa__request_user(const radmfa_packet *packet) {
  radmfa_span user = {0};
  (void)radmfa_packet_find(packet, RADMFA_ATTR_USER_NAME, &user);
  return user;
}

/* ---- keys ---- */

/* What is hashed, one part behind the other, each with its length before it, so that no two sets
 * of parts give the same bytes. */
struct parts {
  /* 2 names, a user, a password, 5 attributes: 63 + 63 + 253 + 128 + 5 * 253 and 9 lengths at
   * most */
  uint8_t bytes[2048];
  size_t len;
};

static void add(struct parts *parts, bool is_there, radmfa_span value) {
  parts->bytes[parts->len++] = is_there;
  parts->bytes[parts->len++] = (uint8_t)value.len;
  if (value.len) memcpy(parts->bytes + parts->len, value.ptr, value.len);
  parts->len += value.len;
}

static uint8_t lower(uint8_t c) {
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static void add_folded(struct parts *parts, radmfa_span value) {
  size_t start = parts->len + 2;
  add(parts, true, value);
  for (size_t i = start; i < parts->len; i++) parts->bytes[i] = lower(parts->bytes[i]);
}

static radmfa_span without_domain(radmfa_span user) {
  size_t start = 0, end = user.len;
  for (size_t i = 0; i < user.len && !start; i++)
    if (user.ptr[i] == '\\') start = i + 1;
  for (size_t i = user.len; i-- > start && end == user.len;)
    if (user.ptr[i] == '@') end = i;
  return start < end ? (radmfa_span){user.ptr + start, end - start} : user;
}

uint64_t radmfa__user_hash(radmfa_hash_key key, radmfa_span user) {
  struct parts parts;
  parts.len = 0;
  add_folded(&parts, without_domain(user));
  return radmfa__hash64(key, parts.bytes, parts.len);
}

uint64_t radmfa__name_hash(radmfa_hash_key key, radmfa_span user) {
  struct parts parts;
  parts.len = 0;
  add_folded(&parts, user);
  return radmfa__hash64(key, parts.bytes, parts.len) | 1;
}

uint64_t radmfa__person_hash(radmfa_hash_key key, radmfa_span user, radmfa_span identity) {
  struct parts parts;
  parts.len = 0;
  add(&parts, identity.len > 0, identity);
  if (!identity.len) add_folded(&parts, user);
  return radmfa__hash64(key, parts.bytes, parts.len) | 1;
}

/* Where a login comes from: the place of each such attribute, 0 for others. */
static const uint8_t origin_of[256] = {[RADMFA_ATTR_NAS_IDENTIFIER] = 1,
                                       [RADMFA_ATTR_NAS_IP_ADDRESS] = 2,
                                       [RADMFA_ATTR_NAS_PORT] = 3,
                                       [RADMFA_ATTR_CALLING_STATION_ID] = 4,
                                       [RADMFA_ATTR_CALLED_STATION_ID] = 5};
#define ORIGINS 5u

/* The first of each, present or absent. */
static void add_origins(struct parts *parts, const radmfa_packet *packet) {
  radmfa_span values[ORIGINS + 1] = {{0}};
  bool is_there[ORIGINS + 1] = {false};
  radmfa_span rest = attributes_of(packet, 0);
  for (radmfa_attr attr; take_attr(&rest, &attr);) {
    unsigned origin = origin_of[attr.type];
    if (!origin || is_there[origin]) continue;
    is_there[origin] = true;
    values[origin] = attr.value;
  }
  for (unsigned i = 1; i <= ORIGINS; i++) add(parts, is_there[i], values[i]);
}

static void begin(struct parts *parts, const char *client, const char *policy,
                  const radmfa_packet *packet) {
  parts->len = 0;
  add(parts, true, radmfa_text(client));
  add(parts, true, radmfa_text(policy));
  add_origins(parts, packet);
}

radmfa_hash128 radmfa__join_hash_pap(radmfa_hash_key key, const char *client, const char *policy,
                                     const radmfa_packet *packet, radmfa_span password) {
  struct parts parts;
  begin(&parts, client, policy, packet);
  add_folded(&parts, without_domain(radmfa__request_user(packet)));
  add(&parts, true, password);
  radmfa_hash128 hash = radmfa__hash128(key, parts.bytes, parts.len);
  radmfa_wipe(parts.bytes, parts.len);
  return hash;
}

radmfa_hash128 radmfa__join_hash_other(radmfa_hash_key key, const char *client, const char *policy,
                                       const radmfa_packet *packet, radmfa_span identity) {
  struct parts parts;
  begin(&parts, client, policy, packet);
  add_folded(&parts, identity.len ? identity : radmfa__request_user(packet));
  add(&parts, false, (radmfa_span){0}); /* where the others have a password */
  return radmfa__hash128(key, parts.bytes, parts.len);
}

/* ---- is it text ---- */

/* Octets of the UTF-8 sequence that begins with `lead`, 0 where none does. */
static size_t sequence_len(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool radmfa__password_is_odd(radmfa_span password) {
  for (size_t i = 0; i < password.len;) {
    uint8_t lead = password.ptr[i];
    size_t len = sequence_len(lead);
    if (!len || len > password.len - i || lead < 0x20 || lead == 0x7f) return true;
    for (size_t j = 1; j < len; j++)
      if ((password.ptr[i + j] & 0xc0) != 0x80) return true;
    i += len;
  }
  return false;
}
