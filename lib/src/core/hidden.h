/* hidden.h: which attributes of a reply RADIUS hides, and their values in clear and hidden. Hidden
 * values are bound to a secret and a request's authenticator, so whoever passes them on opens them
 * under the one pair and hides them under the other. */
#ifndef RADMFA_CORE_HIDDEN_H
#define RADMFA_CORE_HIDDEN_H

#include "auth.h"

enum hidden_form {
  HIDDEN_NOT,
  HIDDEN_SALTED,    /* salt, then {length, value, padding} hidden (RFC 2548 2.4.2) */
  HIDDEN_TAGGED,    /* a tag in clear before these (RFC 2868 3.5); in clear: tag, then value */
  HIDDEN_MPPE_KEYS, /* 24 octets, as a User-Password of 32 (RFC 2548 2.4.1) */
  HIDDEN_ASCEND,    /* 16 octets, XORed with MD5(authenticator, secret) */
};

/* How a vendor lays out his attributes: type, length (which counts the header), sometimes an octet
 * more, value. All sizes 0: none of them is hidden, or he has another format. */
struct vendor_layout {
  uint8_t type_size, header_size;
  bool has_continuation; /* the header's last octet: 0x80 set where the value goes on elsewhere */
};

/* Tunnel-Password (69) is the only hidden one that is not a vendor's. */
struct vendor_layout radmfa__hidden_layout(uint32_t vendor);
enum hidden_form radmfa__hidden_form(uint32_t vendor, uint16_t type);

/* One packet's hiding. */
struct hiding {
  const radmfa_secret *secret;
  const uint8_t *request_authenticator;
  radmfa_span attributes; /* all that are going to be hidden in the packet, in clear */
  uint16_t next_salt;     /* 0 before the first */
};

/* Opens a value, or hides it with a salt that is unlike the others of this hiding (which opening
 * leaves alone). Returns 0; RADMFA_E_MALFORMED (it has no such form); hiding also
 * RADMFA_E_TOO_BIG (more than 253 octets). */
RADMFA_MUST_USE int radmfa__hidden_open(enum hidden_form form, struct hiding *hiding,
                                        radmfa_span value,
                                        uint8_t out_value[RADMFA_ATTR_VALUE_SIZE_MAX],
                                        size_t *out_len);
RADMFA_MUST_USE int radmfa__hidden_hide(enum hidden_form form, struct hiding *hiding,
                                        radmfa_span value,
                                        uint8_t out_value[RADMFA_ATTR_VALUE_SIZE_MAX],
                                        size_t *out_len);

#endif
