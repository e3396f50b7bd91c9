/* call_machine_test.c: every cell of the table, and calls as they go, step by step. */
#include "factor/call_machine.h"

#include <criterion/criterion.h>
#include <stdbool.h>

/* A story: what comes in, and the action that must come out; then the state that must be left. */
struct line {
  enum call_machine_event event;
  enum call_action action;
};

#define PLAY(last, ...)                    \
  play((const struct line[]){__VA_ARGS__}, \
       sizeof((struct line[]){__VA_ARGS__}) / sizeof(struct line), CALL_##last)
#define AT(event, action) \
  { CALL_ON_##event, CALL_DO_##action }

static void play(const struct line *lines, size_t n, enum call_state last) {
  enum call_state state = CALL_QUEUED;
  for (size_t i = 0; i < n; i++) {
    struct call_step step = call_step_for(state, lines[i].event);
    cr_assert_eq(step.action, lines[i].action, "line %zu: %s at %s does %s, not %s", i,
                 call_machine_event_name(lines[i].event), call_state_name(state),
                 call_action_name(step.action), call_action_name(lines[i].action));
    state = step.next;
  }
  cr_assert_eq(state, last, "it ends %s, not %s", call_state_name(state), call_state_name(last));
}

Test(call_machine, every_cell_is_filled) {
  for (int state = 0; state < CALL_STATE_COUNT; state++)
    for (int event = 0; event < CALL_EVENT_COUNT; event++)
      cr_expect_neq(call_step_for((enum call_state)state, (enum call_machine_event)event).action,
                    CALL_DO_NONE, "%s, %s", call_state_name((enum call_state)state),
                    call_machine_event_name((enum call_machine_event)event));
}

static bool is_up(enum call_state state) {
  return state == CALL_DIALLING || state == CALL_PROCEEDING || state == CALL_RINGING ||
         state == CALL_TALKING || state == CALL_CHECKING || state == CALL_LEAVING;
}

static bool hangs_up(enum call_action action) {
  return action == CALL_DO_CONCLUDE || action == CALL_DO_HANG_UP;
}

Test(call_machine, no_phone_is_left_ringing) {
  for (int state = 0; state < CALL_STATE_COUNT; state++)
    for (int event = 0; event < CALL_EVENT_COUNT; event++) {
      struct call_step step = call_step_for((enum call_state)state, (enum call_machine_event)event);
      bool ends = is_up((enum call_state)state) && !is_up(step.next);
      bool has_ended = event == CALL_ON_HUNG_UP || event == CALL_ON_REDIRECTED; /* by the trunk */
      cr_expect(!ends || hangs_up(step.action) || has_ended, "%s, %s",
                call_state_name((enum call_state)state),
                call_machine_event_name((enum call_machine_event)event));
    }
}

Test(call_machine, only_a_key_in_an_answered_call_approves) {
  for (int state = 0; state < CALL_STATE_COUNT; state++) {
    struct call_step step = call_step_for((enum call_state)state, CALL_ON_APPROVED);
    bool is_answered = state == CALL_TALKING || state == CALL_CHECKING;
    cr_expect_eq(step.action, is_answered ? CALL_DO_SAY_GOODBYE : CALL_DO_IGNORE, "%s",
                 call_state_name((enum call_state)state));
  }
}

Test(call_machine, a_phone_that_may_ring_is_not_dialled_by_another_trunk) {
  for (int event = 0; event < CALL_EVENT_COUNT; event++) {
    enum call_action action = call_step_for(CALL_RINGING, (enum call_machine_event)event).action;
    cr_expect(action != CALL_DO_DIAL && action != CALL_DO_REDIAL, "%s",
              call_machine_event_name((enum call_machine_event)event));
  }
}

Test(call_machine, answered_and_approved) {
  PLAY(OVER, AT(TURN, DIAL), AT(TRYING, IGNORE), AT(RANG, IGNORE), AT(ANSWERED, GREET),
       AT(APPROVED, SAY_GOODBYE), AT(SAID, HANG_UP), AT(HUNG_UP, FREE));
}

Test(call_machine, answered_by_a_trunk_that_says_nothing_before) {
  PLAY(TALKING, AT(TURN, DIAL), AT(ANSWERED, GREET));
}

Test(call_machine, a_pin_is_wrong_twice_and_then_right) {
  PLAY(LEAVING, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(PIN, CHECK_PIN), AT(WRONG, PROMPT),
       AT(PIN, CHECK_PIN), AT(WRONG, PROMPT), AT(PIN, CHECK_PIN), AT(APPROVED, SAY_GOODBYE));
}

Test(call_machine, keys_while_a_pin_is_checked_are_not_heard) {
  PLAY(CHECKING, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(PIN, CHECK_PIN), AT(PIN, IGNORE),
       AT(FRAUD, IGNORE));
}

Test(call_machine, wrong_three_times_is_denied) {
  PLAY(OVER, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(WRONG, PROMPT), AT(WRONG, PROMPT),
       AT(WRONG_LAST, SAY_GOODBYE), AT(SAID, HANG_UP), AT(HUNG_UP, FREE));
}

Test(call_machine, cancelled_while_it_rings) {
  PLAY(OVER, AT(TURN, DIAL), AT(RANG, IGNORE), AT(CANCEL, HANG_UP), AT(HUNG_UP, FREE));
}

Test(call_machine, a_200_that_crosses_the_cancel_is_not_spoken_to) {
  PLAY(ENDING, AT(TURN, DIAL), AT(RANG, IGNORE), AT(CANCEL, HANG_UP), AT(ANSWERED, IGNORE));
}

Test(call_machine, cancelled_in_the_queue_it_never_dials) {
  PLAY(ENDING, AT(CANCEL, HANG_UP), AT(TURN, IGNORE));
}

Test(call_machine, a_limit_concludes) {
  PLAY(OVER, AT(NO_TURN, CONCLUDE), AT(HUNG_UP, FREE));
}

Test(call_machine, a_silent_trunk_is_left_for_the_next) {
  PLAY(RINGING, AT(TURN, DIAL), AT(NEXT_TRUNK, REDIAL), AT(TRYING, IGNORE), AT(RANG, IGNORE));
}

Test(call_machine, a_trunk_that_fails_while_it_rings_ends_the_call) {
  PLAY(ENDING, AT(TURN, DIAL), AT(RANG, IGNORE), AT(NEXT_TRUNK, CONCLUDE));
}

Test(call_machine, a_redirect_is_another_call_that_asks_for_its_turn) {
  PLAY(DIALLING, AT(TURN, DIAL), AT(TRYING, IGNORE), AT(REDIRECTED, ASK_AGAIN), AT(TURN, DIAL));
}

Test(call_machine, a_phone_that_has_rung_is_not_redirected) {
  PLAY(ENDING, AT(TURN, DIAL), AT(RANG, IGNORE), AT(REDIRECTED, CONCLUDE));
}

Test(call_machine, no_trunk_is_left) {
  PLAY(ENDING, AT(TURN, DIAL), AT(NEXT_TRUNK, REDIAL), AT(NO_TRUNK, CONCLUDE));
}

Test(call_machine, hung_up_by_the_person) {
  PLAY(OVER, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(HUNG_UP, CONCLUDE), AT(HUNG_UP, FREE));
}

Test(call_machine, hung_up_while_goodbye_is_said) {
  PLAY(OVER, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(APPROVED, SAY_GOODBYE), AT(HUNG_UP, FREE));
}

Test(call_machine, rung_for_long_enough) {
  PLAY(ENDING, AT(TURN, DIAL), AT(RANG, IGNORE), AT(RING_TIMEOUT, CONCLUDE));
}

Test(call_machine, the_rest_of_the_time_is_for_talking) {
  PLAY(TALKING, AT(TURN, DIAL), AT(ANSWERED, GREET), AT(RING_TIMEOUT, IGNORE));
}

Test(call_machine, nothing_can_be_said) {
  PLAY(ENDING, AT(TURN, DIAL), AT(RANG, IGNORE), AT(NO_MEDIA, CONCLUDE));
}
