#include "core/blob.h"

#include "../support/heap.h"

#include <criterion/criterion.h>

Test(blob, it_lives_until_its_last_reference_goes) {
  struct heap heap = {0};
  radmfa_allocator allocator = heap_allocator(&heap);
  struct blob *blob = radmfa__blob_new(&allocator, radmfa_text("attributes"), radmfa_text("alice"));
  cr_assert_eq(radmfa__blob_ref(blob), blob);
  radmfa__blob_unref(&allocator, blob);
  cr_assert(radmfa_span_equal(radmfa__blob_attributes(blob), radmfa_text("attributes")));
  cr_assert(radmfa_span_equal(radmfa__blob_identity(blob), radmfa_text("alice")));
  radmfa__blob_unref(&allocator, blob);
  cr_assert_eq(heap.blocks, 0);
}

Test(blob, the_largest_fits) {
  static const uint8_t bytes[4058];
  struct heap heap = {0};
  radmfa_allocator allocator = heap_allocator(&heap);
  struct blob *blob =
      radmfa__blob_new(&allocator, (radmfa_span){bytes, sizeof bytes}, (radmfa_span){bytes, 255});
  cr_assert_eq(radmfa__blob_attributes(blob).len, sizeof bytes);
  cr_assert_eq(radmfa__blob_identity(blob).len, 255);
  radmfa__blob_unref(&allocator, blob);
  cr_assert_eq(heap.bytes, 0);
}

Test(blob, null_is_a_blob_without_anything) {
  struct heap heap = {.fail_at = 1};
  radmfa_allocator allocator = heap_allocator(&heap);
  struct blob *blob = radmfa__blob_new(&allocator, radmfa_text("a"), radmfa_text("b"));
  cr_assert_null(blob);
  cr_assert_null(radmfa__blob_ref(blob));
  cr_assert_eq(radmfa__blob_attributes(blob).len, 0);
  cr_assert_eq(radmfa__blob_identity(blob).len, 0);
  radmfa__blob_unref(&allocator, blob);
}
