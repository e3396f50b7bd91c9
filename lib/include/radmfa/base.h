/* base.h: what every other header builds on. The conventions below hold for the whole library
 * unless a function says otherwise.
 *
 * Errors     0 is success, a negative number one of error.h or (from the libuv part) a libuv code.
 *            A function that fails leaves its outputs alone. RADMFA_MUST_USE marks every function
 *            that can fail.
 * Pointers   never NULL unless the comment says "or NULL". A returned pointer is borrowed; only
 *            names that end in _new hand over something, and its _free, _unref or _close takes it
 *            back (these accept NULL).
 * Spans      are borrowed for the call, no longer. Text in a span has no final NUL and may hold any
 *            byte.
 * Threads    an object is used by one thread at a time, unless its comment says "any thread".
 * Time       milliseconds of one monotonic clock of the caller's, in `uint64_t now_ms`; durations
 *            end in _ms.
 * Options    are filled by their _init function first, which records the struct's size: a program
 *            built against an older library keeps working with a newer one.
 * Callbacks  get `user` last and run on the thread that entered the library, unless the comment
 *            says "any thread". */
#ifndef RADMFA_BASE_H
#define RADMFA_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RADMFA_API __attribute__((visibility("default")))
#define RADMFA_MUST_USE __attribute__((warn_unused_result))
#else
#define RADMFA_API
#define RADMFA_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that somebody else owns. {NULL, 0} is the empty span. */
typedef struct radmfa_span {
  const uint8_t *ptr;
  size_t len;
} radmfa_span;

/* radmfa_text is a span of a C string, without its NUL; {NULL, 0} for NULL. Any thread. */
RADMFA_API radmfa_span radmfa_text(const char *text);

/* radmfa_span_equal compares length and bytes; not in constant time, so never for secrets. Any
 * thread. */
RADMFA_API bool radmfa_span_equal(radmfa_span a, radmfa_span b);

/* An IP address and port. IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d, RFC 4291 2.5.5.2),
 * so that one form serves both. */
typedef struct radmfa_address {
  uint8_t ip[16];
  uint32_t scope_id; /* IPv6 link-local only, else 0 */
  uint16_t port;     /* host byte order */
} radmfa_address;

/* An IP network: `bits` leading bits of ip count, 0 to 128 (an IPv4 /24 is 96 + 24). */
typedef struct radmfa_prefix {
  uint8_t ip[16];
  uint8_t bits;
} radmfa_prefix;

#define RADMFA_ADDRESS_TEXT_SIZE 64 /* "[v6%scope]:port" and a NUL always fit */

/* radmfa_address_parse reads "192.0.2.1:1812", "[2001:db8::1]:1812" or either without port (then
 * 0). Names are not resolved. Returns 0 or RADMFA_E_INVALID. Any thread. */
RADMFA_API RADMFA_MUST_USE int radmfa_address_parse(const char *text, radmfa_address *out_address);

/* radmfa_address_format writes the form that radmfa_address_parse reads, port included, into
 * `out_text`; returns it. Any thread. */
RADMFA_API const char *radmfa_address_format(const radmfa_address *address,
                                             char out_text[RADMFA_ADDRESS_TEXT_SIZE]);

/* radmfa_prefix_parse reads "192.0.2.0/24", "2001:db8::/32" or an address alone (all bits
 * count). Bits beyond the length must be 0. Returns 0 or RADMFA_E_INVALID. Any thread. */
RADMFA_API RADMFA_MUST_USE int radmfa_prefix_parse(const char *text, radmfa_prefix *out_prefix);

/* The memory hooks. alloc_fn returns `size` zeroed bytes, aligned for any type, or NULL; free_fn
 * takes NULL or what alloc_fn gave, with the size it was asked for. Both may be called by every
 * thread that uses an object made with them. */
typedef struct radmfa_allocator {
  void *(*alloc_fn)(size_t size, void *user);
  void (*free_fn)(void *memory, size_t size, void *user);
  void *user;
} radmfa_allocator;

/* radmfa_wipe overwrites memory in a way the compiler keeps. Any thread. */
RADMFA_API void radmfa_wipe(void *memory, size_t size);

#ifdef __cplusplus
}
#endif
#endif
