/* Addresses and networks as text. */
#include <radmfa/base.h>
#include <radmfa/error.h>

#include <criterion/criterion.h>
#include <string.h>

static void expect_address(const char *text, const char *formatted) {
  radmfa_address address;
  char out[RADMFA_ADDRESS_TEXT_SIZE];
  cr_assert_eq(radmfa_address_parse(text, &address), 0, "%s was refused", text);
  cr_assert_str_eq(radmfa_address_format(&address, out), formatted);
}

static void expect_no_address(const char *text) {
  radmfa_address address = {.port = 4711};
  cr_assert_eq(radmfa_address_parse(text, &address), RADMFA_E_INVALID, "%s was taken", text);
  cr_assert_eq(address.port, 4711);
}

Test(address, ipv4_and_port) {
  expect_address("192.0.2.1:1812", "192.0.2.1:1812");
  expect_address("0.0.0.0:65535", "0.0.0.0:65535");
}

Test(address, ipv4_is_kept_as_mapped_ipv6) {
  static const uint8_t ip[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
  radmfa_address address;
  cr_assert_eq(radmfa_address_parse("192.0.2.1:1", &address), 0);
  cr_assert(!memcmp(address.ip, ip, sizeof ip));
  expect_address("[::ffff:192.0.2.1]:1", "192.0.2.1:1");
}

Test(address, ipv6_and_port_in_brackets) {
  expect_address("[2001:db8::1]:1812", "[2001:db8::1]:1812");
  expect_address("[::]:1812", "[::]:1812");
}

Test(address, without_a_port_it_is_0) {
  expect_address("192.0.2.1", "192.0.2.1:0");
  expect_address("[2001:db8::1]", "[2001:db8::1]:0");
  expect_address("2001:db8::1", "[2001:db8::1]:0");
}

Test(address, a_scope_is_an_interface_by_name_or_number) {
  expect_address("[fe80::1%lo]:1812", "[fe80::1%1]:1812");
  expect_address("[fe80::1%7]:1812", "[fe80::1%7]:1812");
}

Test(address, the_longest_form_fits) {
  radmfa_address address = {.scope_id = UINT32_MAX, .port = UINT16_MAX};
  char out[RADMFA_ADDRESS_TEXT_SIZE];
  memset(address.ip, 0xfe, sizeof address.ip);
  cr_assert_str_eq(radmfa_address_format(&address, out),
                   "[fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe%4294967295]:65535");
}

Test(address, a_scope_belongs_to_link_local_addresses_alone) {
  expect_no_address("[2001:db8::1%lo]:1812");
  expect_no_address("[fe80::1%nosuchinterface]:1");
  expect_no_address("[fe80::1%0]:1");
  expect_no_address("[fe80::1%]:1");
}

Test(address, anything_else_is_refused) {
  const char *const texts[] = {
      "",
      ":",
      ":1812",
      "192.0.2.1:",
      "192.0.2.1:65536",
      "192.0.2.1:-1",
      "192.0.2.1:+1",
      "192.0.2.1: 1",
      "192.0.2.1:1 ",
      " 192.0.2.1:1",
      "192.0.2:1",
      "192.0.2.256:1",
      "localhost:1",
      "[::1",
      "[::1]1",
      "[::1]:",
      "[192.0.2.1]:1",
      "::1]:1",
      "[]:1",
      "[::1]:1:1",
      "1:2:3:4:5:6:7:8:9",
      "192.0.2.1:99999999999999999999",
      "1111111111111111111111111111111111111111111111111111111111111111111"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect_no_address(texts[i]);
}

static void expect_prefix(const char *text, uint8_t bits, uint8_t first) {
  radmfa_prefix prefix;
  cr_assert_eq(radmfa_prefix_parse(text, &prefix), 0, "%s was refused", text);
  cr_assert_eq(prefix.bits, bits);
  cr_assert_eq(prefix.ip[bits > 96 && !prefix.ip[0] ? 12 : 0], first);
}

Test(prefix, bits_of_ipv4_count_from_96) {
  expect_prefix("192.0.2.0/24", 120, 192);
  expect_prefix("10.0.0.0/8", 104, 10);
  expect_prefix("0.0.0.0/0", 96, 0);
}

Test(prefix, bits_of_ipv6_count_from_0) {
  expect_prefix("2001:db8::/32", 32, 0x20);
  expect_prefix("::/0", 0, 0);
}

Test(prefix, an_address_alone_counts_whole) {
  expect_prefix("192.0.2.1", 128, 192);
  expect_prefix("2001:db8::1", 128, 0x20);
}

Test(prefix, anything_else_is_refused) {
  const char *const texts[] = {"",
                               "/",
                               "/8",
                               "10.0.0.0/",
                               "10.0.0.0/33",
                               "::/129",
                               "10.0.0.0/-1",
                               "10.0.0.0/+8",
                               "10.0.0.0/8 ",
                               "10.0.0.1/8",
                               "2001:db8::1/64",
                               "10.0.0/8",
                               "fe80::1%lo",
                               "10.0.0.0/8/8",
                               "10.0.0.0/255.0.0.0",
                               "[::]/0",
                               "10.0.0.0:1"};
  radmfa_prefix prefix = {.bits = 47};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_eq(radmfa_prefix_parse(texts[i], &prefix), RADMFA_E_INVALID, "%s was taken",
                 texts[i]);
  cr_assert_eq(prefix.bits, 47);
}
