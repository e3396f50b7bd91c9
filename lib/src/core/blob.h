/* blob.h: what a primary said, kept until everyone who waits for the login has his reply: reply
 * attributes and identity. Counted references; immutable; any thread. */
#ifndef RADMFA_CORE_BLOB_H
#define RADMFA_CORE_BLOB_H

#include <radmfa/base.h>

#include <stdatomic.h>

struct blob {
  atomic_uint references;
  uint16_t attributes_len;
  uint8_t identity_len;
  uint8_t bytes[]; /* attributes, then identity */
};

/* NULL without memory. At most 4058 octets of attributes and 255 of identity. */
struct blob *radmfa__blob_new(const radmfa_allocator *allocator, radmfa_span attributes,
                              radmfa_span identity);
struct blob *radmfa__blob_ref(struct blob *blob); /* takes NULL, gives NULL */
void radmfa__blob_unref(const radmfa_allocator *allocator, struct blob *blob);

radmfa_span radmfa__blob_attributes(const struct blob *blob); /* empty for NULL; so the next */
radmfa_span radmfa__blob_identity(const struct blob *blob);

#endif
