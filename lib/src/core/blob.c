#include "blob.h"

#include "mem.h"

#include "core.h"

struct blob *radmfa__blob_new(const radmfa_allocator *allocator, radmfa_span attributes,
                              radmfa_span identity) {
  struct blob *blob = radmfa__alloc(allocator, sizeof *blob + attributes.len + identity.len);
  if (!blob) return NULL;
  atomic_init(&blob->references, 1);
  blob->attributes_len = (uint16_t)attributes.len;
  blob->identity_len = (uint8_t)identity.len;
  if (attributes.len) memcpy(blob->bytes, attributes.ptr, attributes.len);
  if (identity.len) memcpy(blob->bytes + attributes.len, identity.ptr, identity.len);
  return blob;
}

struct blob *radmfa__blob_ref(struct blob *blob) {
  if (blob) atomic_fetch_add_explicit(&blob->references, 1, memory_order_relaxed);
  return blob;
}

void radmfa__blob_unref(const radmfa_allocator *allocator, struct blob *blob) {
  if (!blob || atomic_fetch_sub_explicit(&blob->references, 1, memory_order_acq_rel) > 1) return;
  size_t size = sizeof *blob + blob->attributes_len + blob->identity_len;
  radmfa_wipe(blob, size); /* keys for the client may be among the attributes */
  radmfa__free(allocator, blob, size);
}

radmfa_span radmfa__blob_attributes(const struct blob *blob) {
  return blob ? (radmfa_span){blob->bytes, blob->attributes_len} : (radmfa_span){0};
}

radmfa_span radmfa__blob_identity(const struct blob *blob) {
  return blob ? (radmfa_span){blob->bytes + blob->attributes_len, blob->identity_len}
              : (radmfa_span){0};
}
