#include "hidden.h"

#include "crypto.h"
#include "wire.h"

#include "core.h"

#define VENDOR_LUCENT 4846u
#define VENDOR_WIMAX 24757u

/* Vendors' attributes that their dictionaries call encrypted; several vendors, one method. Two that
 * are hidden as well are passed on as they are: WiMAX hDHCP-DHCP-RK and vDHCP-DHCP-RK, which stand
 * inside the value of another one (86, 87). */
static const struct {
  uint32_t vendor;
  uint16_t type;
  enum hidden_form form;
} hidden_attrs[] = {
    {RADMFA_VENDOR_MICROSOFT, RADMFA_MS_CHAP_MPPE_KEYS, HIDDEN_MPPE_KEYS},
    {RADMFA_VENDOR_MICROSOFT, RADMFA_MS_MPPE_SEND_KEY, HIDDEN_SALTED},
    {RADMFA_VENDOR_MICROSOFT, RADMFA_MS_MPPE_RECV_KEY, HIDDEN_SALTED},
    {161, 11, HIDDEN_SALTED},            /* Motorola-WiMAX-MIP-KEY */
    {529, 214, HIDDEN_ASCEND},           /* Ascend-Send-Secret */
    {529, 215, HIDDEN_ASCEND},           /* Ascend-Receive-Secret */
    {831, 116, HIDDEN_SALTED},           /* ALU-AAA-Key-0 */
    {831, 117, HIDDEN_SALTED},           /* ALU-AAA-Key-1 */
    {831, 118, HIDDEN_SALTED},           /* ALU-AAA-Key-2 */
    {831, 119, HIDDEN_SALTED},           /* ALU-AAA-Key-3 */
    {2356, 19, HIDDEN_TAGGED},           /* LCS-IKEv2-Local-Password */
    {2356, 20, HIDDEN_TAGGED},           /* LCS-IKEv2-Remote-Password */
    {VENDOR_LUCENT, 214, HIDDEN_ASCEND}, /* Lucent-Send-Secret */
    {VENDOR_LUCENT, 215, HIDDEN_ASCEND}, /* Lucent-Receive-Secret */
    {4874, 58, HIDDEN_SALTED},           /* ERX-LI-Action */
    {4874, 59, HIDDEN_SALTED},           /* ERX-Med-Dev-Handle */
    {4874, 60, HIDDEN_SALTED},           /* ERX-Med-Ip-Address */
    {4874, 61, HIDDEN_SALTED},           /* ERX-Med-Port-Number */
    {5535, 58, HIDDEN_SALTED},           /* 3GPP2-MN-HA-Shared-Key */
    {6527, 122, HIDDEN_SALTED},          /* Alc-LI-Action */
    {6527, 123, HIDDEN_SALTED},          /* Alc-LI-Destination */
    {6527, 124, HIDDEN_SALTED},          /* Alc-LI-FC */
    {6527, 125, HIDDEN_SALTED},          /* Alc-LI-Direction */
    {6527, 138, HIDDEN_SALTED},          /* Alc-LI-Intercept-Id */
    {6527, 139, HIDDEN_SALTED},          /* Alc-LI-Session-Id */
    {6527, 142, HIDDEN_SALTED},          /* Alc-APN-Password */
    {14823, 44, HIDDEN_SALTED},          /* Aruba-MPSK-Passphrase */
    {VENDOR_WIMAX, 5, HIDDEN_SALTED},    /* MSK */
    {VENDOR_WIMAX, 10, HIDDEN_SALTED},   /* MN-hHA-MIP4-Key */
    {VENDOR_WIMAX, 12, HIDDEN_SALTED},   /* MN-hHA-MIP6-Key */
    {VENDOR_WIMAX, 14, HIDDEN_SALTED},   /* FA-RK-Key */
    {VENDOR_WIMAX, 15, HIDDEN_SALTED},   /* HA-RK-Key */
    {VENDOR_WIMAX, 19, HIDDEN_SALTED},   /* RRQ-MN-HA-Key */
    {VENDOR_WIMAX, 40, HIDDEN_SALTED},   /* DHCP-RK */
    {VENDOR_WIMAX, 66, HIDDEN_SALTED},   /* vHA-MIP4-Key */
    {VENDOR_WIMAX, 67, HIDDEN_SALTED},   /* vHA-RK-Key */
    {VENDOR_WIMAX, 70, HIDDEN_SALTED},   /* MN-vHA-MIP6-Key */
    {VENDOR_WIMAX, 75, HIDDEN_SALTED},   /* vDHCP-RK */
    {VENDOR_WIMAX, 131, HIDDEN_SALTED},  /* PMIP6-RK-Key */
    {26928, 3, HIDDEN_SALTED},           /* Extreme-Libsip-Patron-Info */
};

#define N_HIDDEN (sizeof hidden_attrs / sizeof *hidden_attrs)

struct vendor_layout radmfa__hidden_layout(uint32_t vendor) {
  if (vendor == VENDOR_LUCENT) return (struct vendor_layout){2, 3, false};
  if (vendor == VENDOR_WIMAX) return (struct vendor_layout){1, 3, true};
  for (size_t i = 0; i < N_HIDDEN; i++)
    if (hidden_attrs[i].vendor == vendor) return (struct vendor_layout){1, 2, false};
  return (struct vendor_layout){0};
}

enum hidden_form radmfa__hidden_form(uint32_t vendor, uint16_t type) {
  for (size_t i = 0; i < N_HIDDEN; i++)
    if (hidden_attrs[i].vendor == vendor && hidden_attrs[i].type == type)
      return hidden_attrs[i].form;
  return HIDDEN_NOT;
}

/* ---- salted (RFC 2868 3.5, RFC 2548 2.4.2) ---- */

/* Salts must differ within a packet and have their highest bit set, no more: they are sent in
 * clear, and the authenticator is what differs between packets. So they are counted. The first
 * is taken from a keyed hash of what is to be hidden, since a request may be answered twice
 * under one authenticator: where the second reply hides something else, its salts are others, as
 * likely as random ones would be. */
static uint16_t first_salt(const struct hiding *hiding) {
  const radmfa_span parts[] = {{hiding->request_authenticator, RADMFA_AUTHENTICATOR_SIZE},
                               hiding->attributes};
  uint8_t digest[16];
  radmfa__hmac_md5(hiding->secret, parts, sizeof parts / sizeof *parts, digest);
  return read_u16(digest) | 0x8000;
}

static void next_salt(struct hiding *hiding, uint8_t out_salt[2]) {
  if (!hiding->next_salt) hiding->next_salt = first_salt(hiding);
  write_u16(out_salt, hiding->next_salt);
  hiding->next_salt = (uint16_t)(hiding->next_salt + 1) | 0x8000;
}

static int open_salted(const struct hiding *hiding, radmfa_span hidden, uint8_t *out,
                       size_t *out_len) {
  return radmfa_reveal_salted(hidden, hiding->secret, hiding->request_authenticator, out, out_len);
}

static int hide_salted(struct hiding *hiding, radmfa_span clear, uint8_t *out, size_t *out_len) {
  uint8_t salt[2];
  if (clear.len > RADMFA_SALTED_PLAIN_SIZE_MAX) return RADMFA_E_TOO_BIG;
  next_salt(hiding, salt);
  return radmfa_hide_salted(clear, salt, hiding->secret, hiding->request_authenticator, out,
                            out_len);
}

static int open_tagged(const struct hiding *hiding, radmfa_span value, uint8_t *out,
                       size_t *out_len) {
  radmfa_span tag;
  if (!take(&value, 1, &tag)) return RADMFA_E_MALFORMED;
  TRY(open_salted(hiding, value, out + 1, out_len));
  out[0] = tag.ptr[0];
  *out_len += 1;
  return 0;
}

static int hide_tagged(struct hiding *hiding, radmfa_span value, uint8_t *out, size_t *out_len) {
  radmfa_span tag;
  if (!take(&value, 1, &tag)) return RADMFA_E_MALFORMED;
  TRY(hide_salted(hiding, value, out + 1, out_len));
  out[0] = tag.ptr[0];
  *out_len += 1;
  return 0;
}

/* ---- MS-CHAP-MPPE-Keys (RFC 2548 2.4.1) ---- */

#define MPPE_KEYS_SIZE 24u /* LM-Key 8, NT-Key 16 */
#define MPPE_KEYS_HIDDEN_SIZE 32u

static int open_mppe_keys(const struct hiding *hiding, radmfa_span hidden, uint8_t *out,
                          size_t *out_len) {
  if (hidden.len != MPPE_KEYS_HIDDEN_SIZE) return RADMFA_E_MALFORMED;
  TRY(radmfa__reveal_padded(hidden, hiding->secret, hiding->request_authenticator, out));
  *out_len = MPPE_KEYS_SIZE;
  return 0;
}

static int hide_mppe_keys(const struct hiding *hiding, radmfa_span clear, uint8_t *out,
                          size_t *out_len) {
  if (clear.len != MPPE_KEYS_SIZE) return RADMFA_E_MALFORMED;
  return radmfa_hide_password(clear, hiding->secret, hiding->request_authenticator, out, out_len);
}

/* ---- Ascend-Send-Secret and its like: the same both ways ---- */

#define ASCEND_SIZE 16u

static int xor_ascend(const struct hiding *hiding, radmfa_span value, uint8_t *out,
                      size_t *out_len) {
  const radmfa_span authenticator = {hiding->request_authenticator, RADMFA_AUTHENTICATOR_SIZE};
  uint8_t pad[ASCEND_SIZE];
  if (value.len != ASCEND_SIZE) return RADMFA_E_MALFORMED;
  radmfa__md5_secret_last(hiding->secret, &authenticator, 1, pad);
  for (size_t i = 0; i < ASCEND_SIZE; i++) out[i] = value.ptr[i] ^ pad[i];
  radmfa_wipe(pad, sizeof pad);
  *out_len = ASCEND_SIZE;
  return 0;
}

int radmfa__hidden_open(enum hidden_form form, struct hiding *hiding, radmfa_span value,
                        uint8_t out_value[RADMFA_ATTR_VALUE_SIZE_MAX], size_t *out_len) {
  switch (form) {
    case HIDDEN_SALTED: return open_salted(hiding, value, out_value, out_len);
    case HIDDEN_TAGGED: return open_tagged(hiding, value, out_value, out_len);
    case HIDDEN_MPPE_KEYS: return open_mppe_keys(hiding, value, out_value, out_len);
    case HIDDEN_ASCEND: return xor_ascend(hiding, value, out_value, out_len);
    default: return RADMFA_E_INVALID;
  }
}

int radmfa__hidden_hide(enum hidden_form form, struct hiding *hiding, radmfa_span value,
                        uint8_t out_value[RADMFA_ATTR_VALUE_SIZE_MAX], size_t *out_len) {
  switch (form) {
    case HIDDEN_SALTED: return hide_salted(hiding, value, out_value, out_len);
    case HIDDEN_TAGGED: return hide_tagged(hiding, value, out_value, out_len);
    case HIDDEN_MPPE_KEYS: return hide_mppe_keys(hiding, value, out_value, out_len);
    case HIDDEN_ASCEND: return xor_ascend(hiding, value, out_value, out_len);
    default: return RADMFA_E_INVALID;
  }
}
