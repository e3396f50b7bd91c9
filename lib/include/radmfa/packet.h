/* packet.h: a datagram as a checked view, and the builder of requests and replies. Nothing here
 * allocates. */
#ifndef RADMFA_PACKET_H
#define RADMFA_PACKET_H

#include <radmfa/attr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The secret that a client or server shares with us, and what can be computed from it alone.
 * Immutable once made: any thread. */
typedef struct radmfa_secret radmfa_secret;

/* radmfa_secret_new copies `bytes` (1 octet or more; RFC 2865 3 asks for at least one, and 16 or
 * more are wise). `allocator` or NULL for the C library's. Returns 0, RADMFA_E_INVALID (empty)
 * or RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_secret_new(radmfa_span bytes,
                                                 const radmfa_allocator *allocator,
                                                 radmfa_secret **out_secret);
/* radmfa_secret_free wipes before it frees. */
RADMFA_API void radmfa_secret_free(radmfa_secret *secret);

/* A view of a packet whose every attribute is known to lie inside it. Plain data: copy it
 * freely; it lives as long as its bytes. */
typedef struct radmfa_packet {
  const uint8_t *bytes; /* `length` octets, header included */
  uint16_t length;      /* 20 to 4096 */
  uint8_t code;
  uint8_t id;
  uint16_t message_authenticator_at; /* offset of its 16-octet value, 0 where there is none */
  /* offset of the first such attribute, 0 where there is none; so the next two */
  uint16_t user_name_at;
  uint16_t user_password_at;
  uint16_t proxy_state_at;
  bool has_eap;
} radmfa_packet;

typedef struct radmfa_attr {
  uint8_t type;
  radmfa_span value; /* 0 to 253 octets inside the packet */
} radmfa_attr;

/* radmfa_packet_parse checks `bytes` once and points `*out_packet` into them: valid while they
 * are. Octets beyond the header's Length are padding (RFC 2865 3). Unknown codes and attributes
 * survive. Returns 0; RADMFA_E_TRUNCATED where Length says more than there is or there are fewer
 * than 20 octets; RADMFA_E_MALFORMED where Length is below 20 or above 4096, an attribute is
 * shorter than 2 octets or does not end inside the packet (RFC 2865 5), the type is 0, or
 * Message-Authenticator occurs twice or is not 18 octets long (RFC 3579 3.2). Any thread. */
RADMFA_API RADMFA_MUST_USE int radmfa_packet_parse(radmfa_span bytes, radmfa_packet *out_packet);

/* radmfa_packet_authenticator borrows the packet's 16 octets (RFC 2865 3). Any thread. */
RADMFA_API const uint8_t *radmfa_packet_authenticator(const radmfa_packet *packet);

/* radmfa_packet_next steps through the attributes in order. `*inout_cursor` starts at 0. Returns
 * false at the end. Any thread.
 *   for (size_t cursor = 0; radmfa_packet_next(&packet, &cursor, &attr);) ... */
RADMFA_API bool radmfa_packet_next(const radmfa_packet *packet, size_t *inout_cursor,
                                   radmfa_attr *out_attr);

/* radmfa_packet_find gives the value of the first attribute of that type; false where there is
 * none. Any thread. */
RADMFA_API bool radmfa_packet_find(const radmfa_packet *packet, uint8_t type,
                                   radmfa_span *out_value);

/* radmfa_packet_find_vendor gives the value of the first Vendor-Specific sub-attribute of that
 * vendor and type, in the layout that RFC 2865 5.26 recommends; sub-attributes that do not fit
 * are passed over. False where there is none. Any thread. */
RADMFA_API bool radmfa_packet_find_vendor(const radmfa_packet *packet, uint32_t vendor,
                                          uint8_t vendor_type, radmfa_span *out_value);

/* The builder. It fills the caller's buffer; the first thing that does not fit or is not allowed
 * sticks as its error, later calls do nothing, and radmfa_build_finish alone hands out bytes.
 * Message-Authenticator is always the first attribute (Blast-RADIUS, CVE-2024-3596), so 38
 * octets are the least a buffer needs; RADMFA_PACKET_SIZE_MAX always suffices. */
typedef struct radmfa_builder {
  uint8_t *buffer;
  size_t size;
  size_t used;
  int error;
  uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE];
  const radmfa_packet *request; /* a reply's request, NULL for a request */
} radmfa_builder;

/* radmfa_build_request begins a request: `authenticator` is 16 octets nobody can predict (RFC
 * 2865 3; RFC 5997 3 for Status-Server). */
RADMFA_API void radmfa_build_request(radmfa_builder *builder, uint8_t *buffer, size_t size,
                                     uint8_t code, uint8_t id,
                                     const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE]);

/* radmfa_build_reply begins a reply to `request`, which must live until radmfa_build_finish and
 * not overlap `buffer`. */
RADMFA_API void radmfa_build_reply(radmfa_builder *builder, uint8_t *buffer, size_t size,
                                   uint8_t code, const radmfa_packet *request);

/* radmfa_build_attr appends one attribute; errors that stick: RADMFA_E_INVALID (type 0,
 * Message-Authenticator, or a value of more than 253 octets), RADMFA_E_TOO_BIG (no room, or more
 * than 4096 octets). */
RADMFA_API void radmfa_build_attr(radmfa_builder *builder, uint8_t type, radmfa_span value);

/* radmfa_build_attrs appends attributes that are encoded already, byte for byte; sticks
 * RADMFA_E_MALFORMED where they are not well formed, RADMFA_E_INVALID where
 * Message-Authenticator or Proxy-State is among them, RADMFA_E_TOO_BIG. */
RADMFA_API void radmfa_build_attrs(radmfa_builder *builder, radmfa_span attributes);

/* radmfa_build_user_password appends User-Password, hidden as RFC 2865 5.2 says: 0 to 128
 * octets, any bytes (trailing NULs are lost on the way: the padding cannot be told from them).
 * Sticks RADMFA_E_INVALID for longer ones, RADMFA_E_TOO_BIG. */
RADMFA_API void radmfa_build_user_password(radmfa_builder *builder, const radmfa_secret *secret,
                                           radmfa_span password);

/* radmfa_build_finish appends, for a reply, every Proxy-State of the request in order (RFC 2865
 * 5.33), fills in Message-Authenticator (RFC 3579 3.2), Length and, for a reply, the Response
 * Authenticator (RFC 2865 3). `*out_bytes` points into the builder's buffer. Returns 0 or the
 * error that stuck. Either way the builder is used up: begin anew for another packet. */
RADMFA_API RADMFA_MUST_USE int radmfa_build_finish(radmfa_builder *builder,
                                                   const radmfa_secret *secret,
                                                   radmfa_span *out_bytes);

#ifdef __cplusplus
}
#endif
#endif
