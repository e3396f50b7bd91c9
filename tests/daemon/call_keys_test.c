/* What the keys of a call mean: that nothing but what was asked for approves, and that a key which
 * comes on two ways is one. */
#include "factor/call_keys.h"

#include <criterion/criterion.h>
#include <string.h>

static struct call_keys keys;

static void rules(struct call_key_rules rules) {
  call_keys_init(&keys, &rules);
}

/* Presses them one after the other; the result of the last one. All before it mean nothing yet. */
static enum call_keys_result press(const char *pressed) {
  for (; pressed[1]; pressed++)
    cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, *pressed), CALL_KEYS_MORE);
  return call_keys_press(&keys, CALL_KEY_RTP, *pressed);
}

static const struct call_key_rules plain = {.fraud_code = "0"};
static const struct call_key_rules with_digit = {.fraud_code = "0", .challenge = '7'};
static const struct call_key_rules with_pin = {.fraud_code = "0", .wants_pin = true};

Test(call_keys, the_pound_key_alone_approves) {
  rules(plain);
  cr_assert_eq(press("#"), CALL_KEYS_APPROVED);
}

Test(call_keys, any_digit_before_it_is_wrong) {
  static const char *const wrong[] = {"1#", "9#", "00#", "10#", "1234#"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    rules(plain);
    cr_assert_eq(press(wrong[i]), CALL_KEYS_WRONG, "%s", wrong[i]);
  }
}

Test(call_keys, the_fraud_code_and_the_pound_key_report_fraud) {
  rules(plain);
  cr_assert_eq(press("0#"), CALL_KEYS_FRAUD);
  rules(with_digit);
  cr_assert_eq(press("0#"), CALL_KEYS_FRAUD);
  rules(with_pin);
  cr_assert_eq(press("0#"), CALL_KEYS_FRAUD);
}

Test(call_keys, a_fraud_code_of_several_digits_is_all_of_them) {
  rules((struct call_key_rules){.fraud_code = "911"});
  cr_assert_eq(press("911#"), CALL_KEYS_FRAUD);
  cr_assert_eq(press("91#"), CALL_KEYS_WRONG);
  cr_assert_eq(press("9111#"), CALL_KEYS_WRONG);
}

Test(call_keys, without_a_fraud_code_nothing_reports_fraud) {
  rules((struct call_key_rules){0});
  cr_assert_eq(press("0#"), CALL_KEYS_WRONG);
  cr_assert_eq(press("#"), CALL_KEYS_APPROVED);
}

Test(call_keys, a_challenge_is_answered_by_its_digit_alone) {
  static const char *const wrong[] = {"#", "77#", "17#", "71#", "8#"};
  rules(with_digit);
  cr_assert_eq(press("7#"), CALL_KEYS_APPROVED);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_assert_eq(press(wrong[i]), CALL_KEYS_WRONG, "%s", wrong[i]);
}

Test(call_keys, a_pin_is_given_out_and_approves_nothing_by_itself) {
  rules(with_pin);
  cr_assert_eq(press("1234#"), CALL_KEYS_PIN);
  cr_assert_str_eq(keys.digits, "1234");
  call_keys_clear(&keys);
  cr_assert_eq(press("1234567890#"), CALL_KEYS_PIN);
  cr_assert_str_eq(keys.digits, "1234567890");
}

Test(call_keys, a_pin_has_four_to_ten_digits) {
  static const char *const wrong[] = {"#", "123#", "12345678901#", "12345678901234567#"};
  rules(with_pin);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_assert_eq(press(wrong[i]), CALL_KEYS_WRONG, "%s", wrong[i]);
}

Test(call_keys, too_many_digits_never_become_right) {
  rules((struct call_key_rules){.fraud_code = "0"});
  for (unsigned i = 0; i < 1000; i++)
    cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, '0'), CALL_KEYS_MORE);
  cr_assert_eq(press("#"), CALL_KEYS_WRONG);
  cr_assert_eq(press("#"), CALL_KEYS_APPROVED);
}

Test(call_keys, the_star_begins_anew) {
  rules(plain);
  cr_assert_eq(press("12*#"), CALL_KEYS_APPROVED);
  rules(with_pin);
  cr_assert_eq(press("99*1234#"), CALL_KEYS_PIN);
  cr_assert_str_eq(keys.digits, "1234");
  rules(plain);
  cr_assert_eq(press("12345678901234567*#"), CALL_KEYS_APPROVED);
}

Test(call_keys, letters_and_other_octets_are_not_heard) {
  rules(plain);
  cr_assert_eq(press("ABCD x\n#"), CALL_KEYS_APPROVED);
  rules(with_digit);
  cr_assert_eq(press("A7D#"), CALL_KEYS_APPROVED);
}

Test(call_keys, who_delivers_the_first_key_is_the_only_one_heard) {
  rules(with_pin);
  for (const char *key = "1234"; *key; key++) {
    cr_assert_eq(call_keys_press(&keys, CALL_KEY_INFO, *key), CALL_KEYS_MORE);
    cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, *key), CALL_KEYS_MORE);
  }
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, '#'), CALL_KEYS_MORE);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_INFO, '#'), CALL_KEYS_PIN);
  cr_assert_str_eq(keys.digits, "1234");
}

Test(call_keys, the_source_holds_for_the_whole_call) {
  rules(plain);
  cr_assert_eq(press("1#"), CALL_KEYS_WRONG);
  call_keys_clear(&keys);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_INFO, '#'), CALL_KEYS_MORE);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, '#'), CALL_KEYS_APPROVED);
}

Test(call_keys, what_is_not_heard_settles_no_source) {
  rules(plain);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_RTP, 'A'), CALL_KEYS_MORE);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_NONE, '#'), CALL_KEYS_MORE);
  cr_assert_eq(call_keys_press(&keys, CALL_KEY_INFO, '#'), CALL_KEYS_APPROVED);
}

Test(call_keys, digits_are_wiped_when_they_have_been_judged) {
  static const char zeros[sizeof keys.digits];
  rules(plain);
  cr_assert_eq(press("123456#"), CALL_KEYS_WRONG);
  cr_assert_arr_eq(keys.digits, zeros, sizeof zeros);
  rules(with_pin);
  cr_assert_eq(press("1234#"), CALL_KEYS_PIN);
  call_keys_clear(&keys);
  cr_assert_arr_eq(keys.digits, zeros, sizeof zeros);
}
