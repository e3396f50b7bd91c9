/* packet.c: a datagram becomes a checked view in one pass; requests and replies are built in the
 * caller's buffer. */
#include <radmfa/auth.h>
#include <radmfa/packet.h>

#include "sign.h"
#include "wire.h"

#include "core.h"

static int parse_header(radmfa_span bytes, radmfa_packet *packet) {
  radmfa_span rest = bytes, header;
  if (!take(&rest, RADMFA_HEADER_SIZE, &header)) return RADMFA_E_TRUNCATED;
  uint16_t length = read_u16(header.ptr + 2);
  if (length < RADMFA_HEADER_SIZE || length > RADMFA_PACKET_SIZE_MAX) return RADMFA_E_MALFORMED;
  if (length > bytes.len) return RADMFA_E_TRUNCATED;
  *packet = (radmfa_packet){
      .bytes = bytes.ptr, .length = length, .code = header.ptr[0], .id = header.ptr[1]};
  return 0;
}

static void note_first(uint16_t *first_at, uint16_t at) {
  if (!*first_at) *first_at = at;
}

static int note_message_authenticator(radmfa_packet *packet, uint16_t at, radmfa_span value) {
  if (packet->message_authenticator_at || value.len != RADMFA_AUTHENTICATOR_SIZE)
    return RADMFA_E_MALFORMED;
  packet->message_authenticator_at = (uint16_t)(at + 2);
  return 0;
}

/* Remembers where the attributes are that every packet is asked for; `at` is the offset of the type
 * octet. */
static int note_attr(radmfa_packet *packet, uint16_t at, const radmfa_attr *attr) {
  switch (attr->type) {
    case 0: return RADMFA_E_MALFORMED;
    case RADMFA_ATTR_USER_NAME: note_first(&packet->user_name_at, at); break;
    case RADMFA_ATTR_USER_PASSWORD: note_first(&packet->user_password_at, at); break;
    case RADMFA_ATTR_PROXY_STATE: note_first(&packet->proxy_state_at, at); break;
    case RADMFA_ATTR_EAP_MESSAGE: packet->has_eap = true; break;
    case RADMFA_ATTR_MESSAGE_AUTHENTICATOR:
      return note_message_authenticator(packet, at, attr->value);
    default: break;
  }
  return 0;
}

int radmfa_packet_parse(radmfa_span bytes, radmfa_packet *out_packet) {
  radmfa_packet packet;
  TRY(parse_header(bytes, &packet));
  radmfa_span rest = {packet.bytes + RADMFA_HEADER_SIZE, packet.length - RADMFA_HEADER_SIZE};
  while (rest.len) {
    uint16_t at = (uint16_t)(packet.length - rest.len);
    radmfa_attr attr;
    if (!take_attr(&rest, &attr)) return RADMFA_E_MALFORMED;
    TRY(note_attr(&packet, at, &attr));
  }
  *out_packet = packet;
  return 0;
}

const uint8_t *radmfa_packet_authenticator(const radmfa_packet *packet) {
  return packet->bytes + SIGN_AUTHENTICATOR_AT;
}

bool radmfa_packet_next(const radmfa_packet *packet, size_t *inout_cursor, radmfa_attr *out_attr) {
  size_t at = *inout_cursor ? *inout_cursor : RADMFA_HEADER_SIZE;
  if (at >= packet->length) return false;
  radmfa_span rest = {packet->bytes + at, packet->length - at};
  if (!take_attr(&rest, out_attr))
    return false; /* a cursor that is not ours; a checked packet always has one here */
  *inout_cursor = packet->length - rest.len;
  return true;
}

/* The offset from which a search for `type` can start. */
static size_t search_from(const radmfa_packet *packet, uint8_t type) {
  size_t at;
  switch (type) {
    case RADMFA_ATTR_USER_NAME: at = packet->user_name_at; break;
    case RADMFA_ATTR_USER_PASSWORD: at = packet->user_password_at; break;
    case RADMFA_ATTR_PROXY_STATE: at = packet->proxy_state_at; break;
    default: return RADMFA_HEADER_SIZE;
  }
  return at ? at : packet->length;
}

bool radmfa_packet_find(const radmfa_packet *packet, uint8_t type, radmfa_span *out_value) {
  radmfa_span rest = attributes_of(packet, search_from(packet, type));
  for (radmfa_attr attr; take_attr(&rest, &attr);) {
    if (attr.type != type) continue;
    *out_value = attr.value;
    return true;
  }
  return false;
}

/* Looks for `vendor_type` in one Vendor-Specific value: {vendor, then sub-attributes} (RFC 2865
 * 5.26). */
static bool find_in_vendor(radmfa_span value, uint32_t vendor, uint8_t vendor_type,
                           radmfa_span *out_value) {
  radmfa_span number;
  if (!take(&value, 4, &number) || read_u32(number.ptr) != vendor) return false;
  for (radmfa_attr sub; take_attr(&value, &sub);) {
    if (sub.type != vendor_type) continue;
    *out_value = sub.value;
    return true;
  }
  return false;
}

bool radmfa_packet_find_vendor(const radmfa_packet *packet, uint32_t vendor, uint8_t vendor_type,
                               radmfa_span *out_value) {
  radmfa_span rest = attributes_of(packet, 0);
  for (radmfa_attr attr; take_attr(&rest, &attr);)
    if (attr.type == RADMFA_ATTR_VENDOR_SPECIFIC &&
        find_in_vendor(attr.value, vendor, vendor_type, out_value))
      return true;
  return false;
}

/* Writes a header without Length and an empty Message-Authenticator. What is hashed by finish
 * stands in place from here on: in a request its own authenticator, in a reply that of its request
 * (RFC 2865 3, RFC 3579 3.2). */
static void begin(radmfa_builder *builder, uint8_t *buffer, size_t size, uint8_t code, uint8_t id,
                  const uint8_t *authenticator) {
  static const uint8_t empty[RADMFA_AUTHENTICATOR_SIZE];
  *builder = (radmfa_builder){
      .buffer = buffer, .size = size < RADMFA_PACKET_SIZE_MAX ? size : RADMFA_PACKET_SIZE_MAX};
  memcpy(builder->request_authenticator, authenticator, RADMFA_AUTHENTICATOR_SIZE);
  put(builder, (radmfa_span){(uint8_t[]){code, id, 0, 0}, SIGN_AUTHENTICATOR_AT});
  put(builder, (radmfa_span){authenticator, RADMFA_AUTHENTICATOR_SIZE});
  put_attr(builder, RADMFA_ATTR_MESSAGE_AUTHENTICATOR, (radmfa_span){empty, sizeof empty});
}

void radmfa_build_request(radmfa_builder *builder, uint8_t *buffer, size_t size, uint8_t code,
                          uint8_t id, const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE]) {
  begin(builder, buffer, size, code, id, authenticator);
}

void radmfa_build_reply(radmfa_builder *builder, uint8_t *buffer, size_t size, uint8_t code,
                        const radmfa_packet *request) {
  begin(builder, buffer, size, code, request->id, radmfa_packet_authenticator(request));
  builder->request = request;
}

void radmfa_build_attr(radmfa_builder *builder, uint8_t type, radmfa_span value) {
  if (type == 0 || type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR)
    stick(builder, RADMFA_E_INVALID);
  else
    put_attr(builder, type, value);
}

static int check_attrs(radmfa_span attributes) {
  while (attributes.len) {
    radmfa_attr attr;
    if (!take_attr(&attributes, &attr) || attr.type == 0) return RADMFA_E_MALFORMED;
    if (attr.type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR || attr.type == RADMFA_ATTR_PROXY_STATE)
      return RADMFA_E_INVALID;
  }
  return 0;
}

void radmfa_build_attrs(radmfa_builder *builder, radmfa_span attributes) {
  stick(builder, check_attrs(attributes));
  put(builder, attributes);
}

void radmfa_build_user_password(radmfa_builder *builder, const radmfa_secret *secret,
                                radmfa_span password) {
  uint8_t hidden[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 0;
  stick(builder,
        radmfa_hide_password(password, secret, builder->request_authenticator, hidden, &len));
  put_attr(builder, RADMFA_ATTR_USER_PASSWORD, (radmfa_span){hidden, len});
}

static void put_proxy_states(radmfa_builder *builder) {
  const radmfa_packet *request = builder->request;
  if (!request || !request->proxy_state_at) return;
  radmfa_span rest = attributes_of(request, request->proxy_state_at);
  for (radmfa_attr attr; take_attr(&rest, &attr);)
    if (attr.type == RADMFA_ATTR_PROXY_STATE) put_attr(builder, attr.type, attr.value);
}

int radmfa__build_end(radmfa_builder *builder, radmfa_span *out_bytes) {
  put_proxy_states(builder);
  if (builder->error) return builder->error;
  write_u16(builder->buffer + 2, (uint16_t)builder->used);
  *out_bytes = (radmfa_span){builder->buffer, builder->used};
  stick(builder, RADMFA_E_INVALID); /* a second end would sign a signed packet */
  return 0;
}

int radmfa_build_finish(radmfa_builder *builder, const radmfa_secret *secret,
                        radmfa_span *out_bytes) {
  TRY(radmfa__build_end(builder, out_bytes));
  const struct unsigned_packet packet = {builder->buffer, builder->used, secret};
  if (builder->request)
    radmfa__sign_reply(&packet);
  else
    radmfa__sign_request(&packet);
  return 0;
}
