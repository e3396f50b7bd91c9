/* wire.h: the byte reader and the byte builder; nobody else walks bytes. Lengths are compared with
 * what is left, never added up, so that no arithmetic on them can overflow. */
#ifndef RADMFA_CORE_WIRE_H
#define RADMFA_CORE_WIRE_H

#include <radmfa/error.h>
#include <radmfa/packet.h>

#include <string.h>

/* Big-endian numbers, as all of RADIUS (RFC 2865 3). */
static inline uint16_t read_u16(const uint8_t *at) {
  return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t read_u32(const uint8_t *at) {
  return (uint32_t)read_u16(at) << 16 | read_u16(at + 2);
}

static inline void write_u16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

/* take moves `n` octets from the front of `*in` to `*out`; false, and nothing moved, where fewer
 * are left. */
static inline bool take(radmfa_span *in, size_t n, radmfa_span *out) {
  if (n > in->len) return false;
  *out = (radmfa_span){in->ptr, n};
  in->ptr += n;
  in->len -= n;
  return true;
}

/* take_attr takes one {type, length, value}, the length counting all three (RFC 2865 5; inside
 * Vendor-Specific 5.26). */
static inline bool take_attr(radmfa_span *in, radmfa_attr *out) {
  radmfa_span rest = *in, head, value;
  if (!take(&rest, 2, &head) || head.ptr[1] < 2) return false;
  if (!take(&rest, head.ptr[1] - 2u, &value)) return false;
  *out = (radmfa_attr){head.ptr[0], value};
  *in = rest;
  return true;
}

/* attributes_of gives those of a parsed packet from the offset `at` on, 0: all of them, for
 * take_attr. */
static inline radmfa_span attributes_of(const radmfa_packet *packet, size_t at) {
  if (!at) at = RADMFA_HEADER_SIZE;
  return (radmfa_span){packet->bytes + at, packet->length - at};
}

/* stick keeps the first error of a builder. */
static inline void stick(radmfa_builder *builder, int error) {
  if (!builder->error) builder->error = error;
}

/* reserve gives the next `n` octets of the buffer to fill, or NULL once an error has stuck. */
static inline uint8_t *reserve(radmfa_builder *builder, size_t n) {
  if (n > builder->size - builder->used) stick(builder, RADMFA_E_TOO_BIG);
  if (builder->error) return NULL;
  uint8_t *at = builder->buffer + builder->used;
  builder->used += n;
  return at;
}

static inline void put(radmfa_builder *builder, radmfa_span bytes) {
  uint8_t *at = reserve(builder, bytes.len);
  if (at && bytes.len) memcpy(at, bytes.ptr, bytes.len);
}

/* put_length sets the length octet `length_at` of an attribute, or of one inside it, that was begun
 * at `start` and whose last octet was put just now: it counts all of them (RFC 2865 5). */
static inline void put_length(radmfa_builder *builder, size_t start, size_t length_at) {
  size_t length = builder->used - start;
  if (length > UINT8_MAX) stick(builder, RADMFA_E_TOO_BIG);
  if (!builder->error) builder->buffer[start + length_at] = (uint8_t)length;
}

static inline void put_attr(radmfa_builder *builder, uint8_t type, radmfa_span value) {
  if (value.len > RADMFA_ATTR_VALUE_SIZE_MAX) {
    stick(builder, RADMFA_E_INVALID);
    return;
  }
  put(builder, (radmfa_span){(uint8_t[]){type, (uint8_t)(2 + value.len)}, 2});
  put(builder, value);
}

#endif
