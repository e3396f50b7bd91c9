/* call_outcome_test.c: what a status of SIP means, and what the login hears of it. */
#include "factor/call_outcome.h"

#include <criterion/criterion.h>

Test(call_outcome, the_person_is_told_from_the_trunk) {
  static const struct {
    unsigned status;
    enum call_outcome outcome;
    radmfa_factor_answer answer;
  } cases[] = {
      {486, CALL_OUTCOME_BUSY, RADMFA_FACTOR_BUSY},
      {600, CALL_OUTCOME_BUSY, RADMFA_FACTOR_BUSY},
      {603, CALL_OUTCOME_DECLINED, RADMFA_FACTOR_DECLINED},
      {607, CALL_OUTCOME_DECLINED, RADMFA_FACTOR_DECLINED},
      {404, CALL_OUTCOME_BAD_NUMBER, RADMFA_FACTOR_BAD_NUMBER},
      {410, CALL_OUTCOME_BAD_NUMBER, RADMFA_FACTOR_BAD_NUMBER},
      {484, CALL_OUTCOME_BAD_NUMBER, RADMFA_FACTOR_BAD_NUMBER},
      {604, CALL_OUTCOME_BAD_NUMBER, RADMFA_FACTOR_BAD_NUMBER},
      {480, CALL_OUTCOME_UNREACHABLE, RADMFA_FACTOR_NO_ANSWER},
      {408, CALL_OUTCOME_UNREACHABLE, RADMFA_FACTOR_NO_ANSWER},
      {302, CALL_OUTCOME_UNREACHABLE, RADMFA_FACTOR_NO_ANSWER},
      {488, CALL_OUTCOME_NO_MEDIA, RADMFA_FACTOR_DENIED},
      {401, CALL_OUTCOME_TRUNK_AUTH, RADMFA_FACTOR_UNAVAILABLE},
      {403, CALL_OUTCOME_TRUNK_AUTH, RADMFA_FACTOR_UNAVAILABLE},
      {407, CALL_OUTCOME_TRUNK_AUTH, RADMFA_FACTOR_UNAVAILABLE},
      {500, CALL_OUTCOME_TRUNK_DOWN, RADMFA_FACTOR_UNAVAILABLE},
      {502, CALL_OUTCOME_TRUNK_DOWN, RADMFA_FACTOR_UNAVAILABLE},
      {503, CALL_OUTCOME_TRUNK_DOWN, RADMFA_FACTOR_UNAVAILABLE},
      {504, CALL_OUTCOME_TRUNK_DOWN, RADMFA_FACTOR_UNAVAILABLE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    enum call_outcome outcome = call_outcome_of(cases[i].status, false, false);
    cr_expect_eq(outcome, cases[i].outcome, "%u is %s", cases[i].status,
                 call_outcome_word(outcome));
    cr_expect_eq(call_outcome_answer(outcome), cases[i].answer, "%u", cases[i].status);
  }
}

/* design.md section 6: else a switched off phone would be a way in under on_unavailable: accept. */
Test(call_outcome, no_other_status_is_unavailable) {
  static const unsigned unavailable[] = {401, 403, 407, 500, 502, 503, 504};
  for (unsigned status = 300; status < 700; status++) {
    bool is_listed = false;
    for (size_t i = 0; i < sizeof unavailable / sizeof *unavailable; i++)
      is_listed |= unavailable[i] == status;
    for (int rang = 0; rang < 2; rang++) {
      enum call_outcome outcome = call_outcome_of(status, false, rang);
      cr_expect_eq(call_outcome_answer(outcome) == RADMFA_FACTOR_UNAVAILABLE, is_listed, "%u",
                   status);
      cr_expect_neq(outcome, CALL_OUTCOME_APPROVED, "%u", status);
      cr_expect_neq(call_outcome_answer(outcome), RADMFA_FACTOR_NOT_ENROLLED, "%u", status);
    }
  }
}

Test(call_outcome, a_phone_that_rang_did_not_answer) {
  cr_expect_eq(call_outcome_of(480, false, true), CALL_OUTCOME_NO_ANSWER);
  cr_expect_eq(call_outcome_of(408, false, true), CALL_OUTCOME_NO_ANSWER);
}

Test(call_outcome, what_no_trunk_said_is_its_fault) {
  cr_expect_eq(call_outcome_of(408, true, false), CALL_OUTCOME_TRUNK_DOWN);
  cr_expect_eq(call_outcome_of(503, true, true), CALL_OUTCOME_TRUNK_DOWN);
}

Test(call_outcome, zero_lets_nobody_in) {
  cr_expect_eq(call_outcome_answer((enum call_outcome)0), RADMFA_FACTOR_DENIED);
}
