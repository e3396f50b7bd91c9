/* What becomes of a user by what he does in the portal. */
#include "control/portal_edit.h"

#include <criterion/criterion.h>
#include <string.h>

static struct number number(const char *text) {
  struct number number;
  cr_assert(number_parse(radmfa_text(text), NULL, &number));
  return number;
}

static struct store_user invited(void) {
  struct store_user user = {.primary = "corp", .identity = "alice", .invite_until_ms = 99};
  memset(user.invite_hash, 7, sizeof user.invite_hash);
  return user;
}

static bool is_used_up(const struct store_user *user) {
  return !user->invite_until_ms && !user->invite_hash[0];
}

Test(portal_edit, an_enrolment_uses_the_invitation_up_and_sets_a_language) {
  struct store_user user = invited();
  struct portal_edit edit = {
      .kind = PORTAL_EDIT_NUMBER, .number = number("+15551230001x89"), .language = "de"};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(user.number_state, STORE_NUMBER_VERIFIED);
  cr_assert_str_eq(user.number.e164, "+15551230001");
  cr_assert_str_eq(user.number.extension, "89");
  cr_assert_str_eq(user.language, "de");
  cr_assert_not(user.number_is_directorys);
  cr_assert(is_used_up(&user));
}

Test(portal_edit, a_new_number_leaves_the_language_that_he_has) {
  struct store_user user = {.language = "en", .number_is_directorys = true};
  struct portal_edit edit = {
      .kind = PORTAL_EDIT_NUMBER, .number = number("+15551230001"), .language = "de"};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_str_eq(user.language, "en");
  cr_assert_not(user.number_is_directorys);
}

Test(portal_edit, the_directorys_number_is_kept_once_it_was_answered_where_that_is_wanted) {
  struct store_user user = invited();
  struct portal_edit edit = {
      .kind = PORTAL_EDIT_ANSWERED, .number = number("+15551230001"), .is_listed = true};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_NOTHING);
  cr_assert_eq(user.number_state, STORE_NUMBER_NONE);
  edit.is_kept = true;
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(user.number_state, STORE_NUMBER_VERIFIED);
  cr_assert(user.number_is_directorys);
  cr_assert(is_used_up(&user));
}

Test(portal_edit, an_administrators_number_is_verified_once_it_was_answered) {
  struct store_user user = {.number_state = STORE_NUMBER_ENTERED, .number = number("+15551230001")};
  struct portal_edit edit = {.kind = PORTAL_EDIT_ANSWERED, .number = number("+15551230001")};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(user.number_state, STORE_NUMBER_VERIFIED);
  cr_assert_not(user.number_is_directorys);
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_NOTHING);
}

Test(portal_edit, who_answered_a_number_that_is_his_no_more_has_shown_nothing) {
  struct store_user user = {.number_state = STORE_NUMBER_VERIFIED,
                            .number = number("+15551230002")};
  struct portal_edit edit = {.kind = PORTAL_EDIT_ANSWERED, .number = number("+15551230001")};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_CHANGED);
  user.number_state = STORE_NUMBER_NONE;
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_CHANGED);
  user.number_state = STORE_NUMBER_ENTERED;
  user.number = number("+15551230001x5");
  edit.is_listed = edit.is_kept = true;
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_CHANGED);
}

Test(portal_edit, what_the_directory_said_once_is_not_his_before_somebody_has_answered_it) {
  struct store_user user = {.number_state = STORE_NUMBER_ENTERED,
                            .number_is_directorys = true,
                            .number = number("+15551230009")};
  struct portal_edit edit = {.kind = PORTAL_EDIT_ANSWERED, .number = number("+15551230009")};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_CHANGED);
  edit = (struct portal_edit){.kind = PORTAL_EDIT_ANSWERED,
                              .number = number("+15551230001"),
                              .is_listed = true,
                              .is_kept = true};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_str_eq(user.number.e164, "+15551230001");
}

Test(portal_edit, an_app_is_enrolled_with_the_step_that_was_typed) {
  struct store_user user = invited();
  struct portal_edit edit = {
      .kind = PORTAL_EDIT_PASSCODE, .secret = {1, 2}, .secret_len = 20, .step = 77};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(user.totp_secret_len, 20);
  cr_assert_eq(user.totp_secret[1], 2);
  cr_assert_eq(user.totp_step, 77);
  cr_assert(is_used_up(&user));
}

Test(portal_edit, the_last_factor_stays) {
  struct store_user user = {.totp_secret_len = 20, .totp_secret = {1}, .factor = "code"};
  struct portal_edit edit = {.kind = PORTAL_EDIT_NO_PASSCODE, .text = "code"};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_LAST);
  user.number_state = STORE_NUMBER_ENTERED;
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_LAST);
  struct store_user listed = user;
  edit.is_listed = true;
  cr_assert_eq(portal_edit_apply(&edit, &listed), PORTAL_EDIT_DONE);
  edit.is_listed = false;
  user.number_state = STORE_NUMBER_VERIFIED;
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(user.totp_secret_len, 0);
  cr_assert_eq(user.totp_secret[0], 0);
  cr_assert_str_eq(user.factor, "");
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_NOTHING);
}

Test(portal_edit, a_pin_leaves_the_invitation) {
  struct store_user user = invited();
  struct portal_edit edit = {.kind = PORTAL_EDIT_PIN, .text = "$argon2id$x"};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_str_eq(user.pin_hash, "$argon2id$x");
  cr_assert_not(is_used_up(&user));
  edit = (struct portal_edit){.kind = PORTAL_EDIT_LANGUAGE, .text = "de"};
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_DONE);
  cr_assert_eq(portal_edit_apply(&edit, &user), PORTAL_EDIT_NOTHING);
  cr_assert_str_eq(user.language, "de");
}
