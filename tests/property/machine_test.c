/* The machine in login.c as a whole: what must hold of every cell of its table. */
#include <radmfa/login.h>

#include <criterion/criterion.h>
#include <stdio.h>

#define EACH_CELL(s, e)                             \
  for (unsigned s = 0; s < RADMFA_STATE_COUNT; s++) \
    for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++)

static radmfa_login_step step_of(unsigned state, unsigned event) {
  return radmfa_login_step_for((radmfa_login_state)state, (radmfa_login_event)event);
}

static const char *cell(unsigned state, unsigned event) {
  static char text[64];
  snprintf(text, sizeof text, "%s, %s", radmfa_login_state_name((radmfa_login_state)state),
           radmfa_login_event_name((radmfa_login_event)event));
  return text;
}

static bool cancels_factor(unsigned action) {
  return action == RADMFA_ACTION_CANCEL_FACTOR_REJECT ||
         action == RADMFA_ACTION_CANCEL_FACTOR_SILENCE;
}

static bool cancels_primary(unsigned action) {
  return action == RADMFA_ACTION_CANCEL_PRIMARY_REJECT ||
         action == RADMFA_ACTION_CANCEL_PRIMARY_SILENCE;
}

static bool unfollows(unsigned action) {
  return action == RADMFA_ACTION_UNFOLLOW_REJECT || action == RADMFA_ACTION_UNFOLLOW_SILENCE;
}

static bool ends(unsigned action) {
  return action == RADMFA_ACTION_ACCEPT || action == RADMFA_ACTION_REJECT ||
         action == RADMFA_ACTION_CHALLENGE || action == RADMFA_ACTION_SILENCE ||
         cancels_factor(action) || cancels_primary(action) || unfollows(action);
}

static bool is_factors_own(unsigned event) {
  return event == RADMFA_EVENT_APPROVED || event == RADMFA_EVENT_NOT_APPROVED ||
         event == RADMFA_EVENT_NO_ANSWER || event == RADMFA_EVENT_NEXT_FACTOR ||
         event == RADMFA_EVENT_NOT_ENROLLED || event == RADMFA_EVENT_WAIVED ||
         event == RADMFA_EVENT_FACTOR_UNAVAILABLE;
}

static bool is_primarys_own(unsigned event) {
  return event == RADMFA_EVENT_REFUSE || event == RADMFA_EVENT_REFUSE_NOW ||
         event == RADMFA_EVENT_CHALLENGE || event == RADMFA_EVENT_CALL ||
         event == RADMFA_EVENT_ONE_FACTOR || event == RADMFA_EVENT_PRIMARY_UNAVAILABLE ||
         event == RADMFA_EVENT_JOIN; /* by another method than PAP: once its primary said yes */
}

static bool is_leaders(unsigned event) {
  return event == RADMFA_EVENT_LEADER_ACCEPTED || event == RADMFA_EVENT_LEADER_REJECTED ||
         event == RADMFA_EVENT_LEADER_CHALLENGED || event == RADMFA_EVENT_LEADER_SILENT;
}

Test(machine, every_cell_is_filled) {
  EACH_CELL(s, e) {
    radmfa_login_step step = step_of(s, e);
    cr_assert_neq(step.action, RADMFA_ACTION_NONE, "%s was forgotten", cell(s, e));
    cr_assert_lt(step.action, RADMFA_ACTION_COUNT, "%s", cell(s, e));
    cr_assert_lt(step.next, RADMFA_STATE_COUNT, "%s", cell(s, e));
    cr_assert(step.next != RADMFA_STATE_NEW || s == RADMFA_STATE_NEW, "%s goes back to NEW",
              cell(s, e));
  }
}

Test(machine, leaving_the_factor_by_anything_but_its_own_answer_ends_the_call) {
  for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++) {
    radmfa_login_step step = step_of(RADMFA_STATE_FACTOR, e);
    bool leaves = step.next != RADMFA_STATE_FACTOR;
    cr_assert_eq(cancels_factor(step.action), leaves && !is_factors_own(e), "%s",
                 cell(RADMFA_STATE_FACTOR, e));
  }
}

Test(machine, leaving_the_primary_by_anything_but_its_own_answer_gives_the_check_up) {
  for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++) {
    radmfa_login_step step = step_of(RADMFA_STATE_PRIMARY, e);
    bool leaves = step.next != RADMFA_STATE_PRIMARY;
    cr_assert_eq(cancels_primary(step.action), leaves && !is_primarys_own(e), "%s",
                 cell(RADMFA_STATE_PRIMARY, e));
  }
}

Test(machine, leaving_the_leader_by_anything_but_its_verdict_says_so) {
  for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++) {
    radmfa_login_step step = step_of(RADMFA_STATE_FOLLOWS, e);
    bool leaves = step.next != RADMFA_STATE_FOLLOWS;
    cr_assert_eq(unfollows(step.action), leaves && !is_leaders(e), "%s",
                 cell(RADMFA_STATE_FOLLOWS, e));
  }
}

Test(machine, only_the_state_that_started_something_cancels_it) {
  EACH_CELL(s, e) {
    unsigned action = step_of(s, e).action;
    cr_assert(!cancels_factor(action) || s == RADMFA_STATE_FACTOR, "%s", cell(s, e));
    cr_assert(!cancels_primary(action) || s == RADMFA_STATE_PRIMARY, "%s", cell(s, e));
    cr_assert(!unfollows(action) || s == RADMFA_STATE_FOLLOWS, "%s", cell(s, e));
  }
}

Test(machine, a_verdict_and_the_end_come_together) {
  EACH_CELL(s, e) {
    radmfa_login_step step = step_of(s, e);
    bool arrives = step.next == RADMFA_STATE_DONE && s != RADMFA_STATE_DONE;
    cr_assert_eq(ends(step.action), arrives, "%s", cell(s, e));
  }
}

Test(machine, what_is_done_never_acts) {
  for (unsigned e = 0; e < RADMFA_EVENT_COUNT; e++) {
    radmfa_login_step step = step_of(RADMFA_STATE_DONE, e);
    cr_assert_eq(step.action, RADMFA_ACTION_IGNORE);
    cr_assert_eq(step.next, RADMFA_STATE_DONE);
  }
}

Test(machine, everyone_is_let_in_by_four_doors_only) {
  EACH_CELL(s, e) {
    if (step_of(s, e).action != RADMFA_ACTION_ACCEPT) continue;
    bool door =
        (s == RADMFA_STATE_FACTOR && (e == RADMFA_EVENT_APPROVED || e == RADMFA_EVENT_WAIVED)) ||
        (s == RADMFA_STATE_PRIMARY && e == RADMFA_EVENT_ONE_FACTOR) ||
        (s == RADMFA_STATE_FOLLOWS && e == RADMFA_EVENT_LEADER_ACCEPTED);
    cr_assert(door, "%s", cell(s, e));
  }
}

Test(machine, the_deadline_and_being_abandoned_end_every_state) {
  static const unsigned last[] = {RADMFA_EVENT_DEADLINE, RADMFA_EVENT_DEADLINE_SILENT,
                                  RADMFA_EVENT_ABANDONED};
  for (unsigned s = 0; s < RADMFA_STATE_COUNT; s++)
    for (unsigned i = 0; i < 3; i++)
      cr_assert_eq(step_of(s, last[i]).next, RADMFA_STATE_DONE, "%s", cell(s, last[i]));
}

Test(machine, every_state_but_new_is_reached_from_new) {
  bool reached[RADMFA_STATE_COUNT] = {[RADMFA_STATE_NEW] = true};
  for (unsigned round = 0; round < RADMFA_STATE_COUNT; round++) EACH_CELL(s, e)
  if (reached[s]) reached[step_of(s, e).next] = true;
  for (unsigned s = 0; s < RADMFA_STATE_COUNT; s++)
    cr_assert(reached[s], "%s", radmfa_login_state_name((radmfa_login_state)s));
}
