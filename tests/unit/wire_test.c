#include "core/wire.h"

#include "../support/hex.h"

#include <criterion/criterion.h>

Test(wire, numbers_are_big_endian) {
  struct bytes bytes = hex("01 02 03 04");
  cr_assert_eq(read_u16(bytes.data), 0x0102);
  cr_assert_eq(read_u32(bytes.data), 0x01020304);
  write_u16(bytes.data, 0xfffe);
  cr_assert_eq(read_u16(bytes.data), 0xfffe);
}

Test(wire, take_moves_octets_from_the_front) {
  struct bytes bytes = hex("01 02 03");
  radmfa_span in = span(&bytes), out;
  cr_assert(take(&in, 2, &out));
  cr_assert_eq(out.ptr, bytes.data);
  cr_assert_eq(out.len, 2);
  cr_assert_eq(in.ptr, bytes.data + 2);
  cr_assert_eq(in.len, 1);
}

Test(wire, take_moves_nothing_where_too_few_are_left) {
  struct bytes bytes = hex("01 02 03");
  radmfa_span in = span(&bytes), out;
  cr_assert_not(take(&in, 4, &out));
  cr_assert_not(take(&in, SIZE_MAX, &out));
  cr_assert_eq(in.ptr, bytes.data);
  cr_assert_eq(in.len, 3);
}

Test(wire, take_can_take_everything) {
  struct bytes bytes = hex("01 02 03");
  radmfa_span in = span(&bytes), out;
  cr_assert(take(&in, 3, &out));
  cr_assert_eq(in.len, 0);
}

Test(wire, take_attr_takes_type_and_value) {
  struct bytes bytes = hex("01 05 626f62 06 02");
  radmfa_span in = span(&bytes);
  radmfa_attr attr;
  cr_assert(take_attr(&in, &attr));
  cr_assert_eq(attr.type, 1);
  cr_assert(radmfa_span_equal(attr.value, radmfa_text("bob")));
  cr_assert(take_attr(&in, &attr));
  cr_assert_eq(attr.type, 6);
  cr_assert_eq(attr.value.len, 0);
  cr_assert_not(take_attr(&in, &attr));
}

Test(wire, take_attr_moves_nothing_where_the_attribute_does_not_fit) {
  static const char *const broken[] = {"",      "01",           "01 00",       "01 01",
                                       "01 03", "01 06 626f62", "01 ff 626f62"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    struct bytes bytes = hex(broken[i]);
    radmfa_span in = span(&bytes);
    radmfa_attr attr;
    cr_assert_not(take_attr(&in, &attr), "%s", broken[i]);
    cr_assert_eq(in.ptr, bytes.data);
    cr_assert_eq(in.len, bytes.len);
  }
}

Test(wire, put_appends_until_the_buffer_is_full) {
  uint8_t buffer[4] = {0};
  radmfa_builder builder = {.buffer = buffer, .size = sizeof buffer};
  put(&builder, radmfa_text("abcd"));
  put(&builder, radmfa_text(NULL));
  cr_assert_eq(builder.error, 0);
  cr_assert_arr_eq(buffer, "abcd", 4);
  put(&builder, radmfa_text("e"));
  cr_assert_eq(builder.error, RADMFA_E_TOO_BIG);
}

Test(wire, the_first_error_sticks_and_nothing_is_reserved_after_it) {
  uint8_t buffer[4];
  radmfa_builder builder = {.buffer = buffer, .size = sizeof buffer};
  stick(&builder, 0);
  stick(&builder, RADMFA_E_INVALID);
  stick(&builder, RADMFA_E_MALFORMED);
  cr_assert_null(reserve(&builder, 1));
  cr_assert_null(reserve(&builder, SIZE_MAX));
  cr_assert_eq(builder.error, RADMFA_E_INVALID);
  cr_assert_eq(builder.used, 0);
}

Test(wire, put_attr_writes_type_length_and_value) {
  uint8_t buffer[8];
  radmfa_builder builder = {.buffer = buffer, .size = sizeof buffer};
  put_attr(&builder, 1, radmfa_text("bob"));
  cr_assert_eq(builder.error, 0);
  cr_assert_eq(builder.used, 5);
  cr_assert_arr_eq(buffer,
                   "\x01\x05"
                   "bob",
                   5);
}

Test(wire, put_attr_refuses_a_value_of_more_than_253_octets) {
  uint8_t buffer[600];
  struct bytes longest = filled(1, 253), longer = filled(1, 254);
  radmfa_builder builder = {.buffer = buffer, .size = sizeof buffer};
  put_attr(&builder, 1, span(&longest));
  cr_assert_eq(builder.error, 0);
  put_attr(&builder, 1, span(&longer));
  cr_assert_eq(builder.error, RADMFA_E_INVALID);
}

Test(wire, the_length_of_an_attribute_is_set_when_its_value_is_there) {
  uint8_t buffer[400] = {0}, value[253] = {0};
  radmfa_builder builder = {.buffer = buffer, .size = sizeof buffer, .used = 5};
  put(&builder, (radmfa_span){(uint8_t[]){26, 0, 1}, 3});
  put_length(&builder, 5, 1);
  cr_assert_eq(buffer[6], 3);
  put(&builder, (radmfa_span){value, 252});
  put_length(&builder, 5, 1);
  cr_assert_eq(buffer[6], 255);
  put(&builder, (radmfa_span){value, 1});
  put_length(&builder, 5, 1);
  cr_assert_eq(builder.error, RADMFA_E_TOO_BIG);
}
