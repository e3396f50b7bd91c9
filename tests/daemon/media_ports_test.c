#include "factor/media_ports.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>

static struct media_ports ports_of(uint16_t min, uint16_t max) {
  struct media_ports ports;
  cr_assert_eq(media_ports_init(&ports, min, max), 0);
  return ports;
}

Test(media_ports, each_even_number_of_the_range_is_given_once) {
  struct media_ports ports = ports_of(10001, 10301);
  struct dice dice = dice_of(1);
  bool taken[65536] = {false};
  for (unsigned i = 0; i < 150; i++) {
    uint16_t port = media_ports_take(&ports, (uint32_t)dice_next(&dice));
    cr_assert(port >= 10002 && port <= 10300 && port % 2 == 0, "%u", port);
    cr_assert_not(taken[port]);
    taken[port] = true;
  }
  cr_assert_eq(media_ports_take(&ports, 0), 0);
  media_ports_cleanup(&ports);
}

Test(media_ports, a_number_that_was_given_back_is_given_again) {
  struct media_ports ports = ports_of(20000, 20007);
  for (unsigned i = 0; i < 4; i++) cr_assert_neq(media_ports_take(&ports, i * 7), 0);
  media_ports_give_back(&ports, 20004);
  cr_assert_eq(media_ports_take(&ports, 3), 20004);
  cr_assert_eq(media_ports_take(&ports, 3), 0);
  media_ports_cleanup(&ports);
}

Test(media_ports, chance_says_where_it_begins) {
  struct media_ports ports = ports_of(10000, 19999);
  cr_assert_eq(media_ports_take(&ports, 100), 10200);
  cr_assert_eq(media_ports_take(&ports, 100), 10202);
  cr_assert_eq(media_ports_take(&ports, 5000 + 3), 10006);
  cr_assert_eq(media_ports_take(&ports, 4999), 19998);
  cr_assert_eq(media_ports_take(&ports, 4999), 10000); /* comes round */
  media_ports_cleanup(&ports);
}

Test(media_ports, what_lies_before_the_place_in_the_same_word_is_found_too) {
  struct media_ports ports = ports_of(30000, 30063);
  for (unsigned i = 0; i < 31; i++) cr_assert_neq(media_ports_take(&ports, 1), 0);
  cr_assert_eq(media_ports_take(&ports, 1), 30000);
  media_ports_cleanup(&ports);
}

Test(media_ports, the_ends_of_all_numbers_can_be_a_range) {
  struct media_ports ports = ports_of(65534, 65535);
  cr_assert_eq(media_ports_take(&ports, UINT32_MAX), 65534);
  cr_assert_eq(media_ports_take(&ports, UINT32_MAX), 0);
  media_ports_cleanup(&ports);
  cr_assert_eq(media_ports_init(&ports, 65535, 65535), RADMFA_E_INVALID);
  cr_assert_eq(media_ports_init(&ports, 20001, 20001), RADMFA_E_INVALID);
  cr_assert_eq(media_ports_init(&ports, 20004, 20002), RADMFA_E_INVALID);
  cr_assert_eq(media_ports_init(&ports, 0, 100), RADMFA_E_INVALID);
}
