#include <radmfa/login.h>

#include <criterion/criterion.h>
#include <string.h>

static radmfa_login_action action(radmfa_login_state state, radmfa_login_event event) {
  return (radmfa_login_action)radmfa_login_step_for(state, event).action;
}

static radmfa_login_state next(radmfa_login_state state, radmfa_login_event event) {
  return (radmfa_login_state)radmfa_login_step_for(state, event).next;
}

Test(login, a_right_password_rings_the_phone_and_its_yes_lets_in) {
  cr_assert_eq(action(RADMFA_STATE_NEW, RADMFA_EVENT_START), RADMFA_ACTION_CHECK_PASSWORD);
  cr_assert_eq(next(RADMFA_STATE_NEW, RADMFA_EVENT_START), RADMFA_STATE_PRIMARY);
  cr_assert_eq(action(RADMFA_STATE_PRIMARY, RADMFA_EVENT_CALL), RADMFA_ACTION_START_FACTOR);
  cr_assert_eq(next(RADMFA_STATE_PRIMARY, RADMFA_EVENT_CALL), RADMFA_STATE_FACTOR);
  cr_assert_eq(action(RADMFA_STATE_FACTOR, RADMFA_EVENT_APPROVED), RADMFA_ACTION_ACCEPT);
  cr_assert_eq(next(RADMFA_STATE_FACTOR, RADMFA_EVENT_APPROVED), RADMFA_STATE_DONE);
}

Test(login, an_approval_before_the_primary_answered_is_ignored) {
  cr_assert_eq(action(RADMFA_STATE_PRIMARY, RADMFA_EVENT_APPROVED), RADMFA_ACTION_IGNORE);
  cr_assert_eq(next(RADMFA_STATE_PRIMARY, RADMFA_EVENT_APPROVED), RADMFA_STATE_PRIMARY);
}

Test(login, a_factor_is_started_by_two_events_only) {
  for (unsigned s = 0; s < RADMFA_STATE_COUNT; s++)
    for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++) {
      bool starts =
          action((radmfa_login_state)s, (radmfa_login_event)e) == RADMFA_ACTION_START_FACTOR;
      bool may = (s == RADMFA_STATE_PRIMARY && e == RADMFA_EVENT_CALL) ||
                 (s == RADMFA_STATE_FACTOR && e == RADMFA_EVENT_NEXT_FACTOR);
      cr_assert_eq(starts, may, "%s, %s", radmfa_login_state_name((radmfa_login_state)s),
                   radmfa_login_event_name((radmfa_login_event)e));
    }
}

Test(login, names_are_those_of_the_lists) {
  cr_assert_str_eq(radmfa_login_state_name(RADMFA_STATE_FOLLOWS), "FOLLOWS");
  cr_assert_str_eq(radmfa_login_state_name(RADMFA_STATE_DONE), "DONE");
  cr_assert_str_eq(radmfa_login_event_name(RADMFA_EVENT_APPROVED), "APPROVED");
  cr_assert_str_eq(radmfa_login_event_name(RADMFA_EVENT_ABANDONED), "ABANDONED");
  cr_assert_str_eq(radmfa_login_action_name(RADMFA_ACTION_CANCEL_FACTOR_REJECT),
                   "CANCEL_FACTOR_REJECT");
  cr_assert_str_eq(radmfa_verdict_name(RADMFA_VERDICT_ACCEPT), "accept");
  cr_assert_str_eq(radmfa_verdict_name(RADMFA_VERDICT_CHALLENGE), "challenge");
  cr_assert_str_eq(radmfa_reason_name(RADMFA_REASON_REUSED_APPROVAL), "reused_approval");
  cr_assert_str_eq(radmfa_reason_name(RADMFA_REASON_CHALLENGED), "challenged");
}

Test(login, no_two_reasons_have_one_word) {
  for (unsigned a = 0; a < RADMFA_REASON_COUNT; a++)
    for (unsigned b = 0; b < a; b++)
      cr_assert_str_neq(radmfa_reason_name((radmfa_reason)a), radmfa_reason_name((radmfa_reason)b));
}
