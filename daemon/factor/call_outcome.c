/* call_outcome.c: the table of SIP's statuses. What is none of a trunk's own faults is never
 * "unavailable" (design.md section 6): it would let somebody in where `on_unavailable: accept`
 * stands, who has only to switch his victim's phone off. */
#include "call_outcome.h"

#include <stddef.h>

static const struct {
  unsigned status; /* RFC 3261 21, and where another is named */
  enum call_outcome outcome;
} statuses[] = {
    {401, CALL_OUTCOME_TRUNK_AUTH},
    {403, CALL_OUTCOME_TRUNK_AUTH},
    {404, CALL_OUTCOME_BAD_NUMBER},
    {407, CALL_OUTCOME_TRUNK_AUTH},
    {410, CALL_OUTCOME_BAD_NUMBER},
    {415, CALL_OUTCOME_NO_MEDIA},
    {484, CALL_OUTCOME_BAD_NUMBER},
    {486, CALL_OUTCOME_BUSY},
    {488, CALL_OUTCOME_NO_MEDIA},
    {500, CALL_OUTCOME_TRUNK_DOWN},
    {502, CALL_OUTCOME_TRUNK_DOWN},
    {503, CALL_OUTCOME_TRUNK_DOWN},
    {504, CALL_OUTCOME_TRUNK_DOWN},
    {600, CALL_OUTCOME_BUSY},
    {603, CALL_OUTCOME_DECLINED},
    /* RFC 8197 */
    {604, CALL_OUTCOME_BAD_NUMBER},
    {606, CALL_OUTCOME_NO_MEDIA},
    {607, CALL_OUTCOME_DECLINED},
    {608, CALL_OUTCOME_DECLINED}, /* RFC 8688 */
};

enum call_outcome call_outcome_of(unsigned status, bool is_local, bool rang) {
  if (is_local) return CALL_OUTCOME_TRUNK_DOWN;
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
    if (statuses[i].status == status) return statuses[i].outcome;
  /* 408, 480 and 487, and all that nobody has thought of */
  return rang ? CALL_OUTCOME_NO_ANSWER : CALL_OUTCOME_UNREACHABLE;
}

bool call_outcome_is_of_trunk(enum call_outcome outcome) {
  return outcome == CALL_OUTCOME_TRUNK_DOWN || outcome == CALL_OUTCOME_TRUNK_AUTH;
}

radmfa_factor_answer call_outcome_answer(enum call_outcome outcome) {
#define ANSWER(name, word, answer) [CALL_OUTCOME_##name] = RADMFA_FACTOR_##answer,
  static const radmfa_factor_answer answers[] = {CALL_OUTCOME_MAP(ANSWER)};
#undef ANSWER
  return answers[outcome];
}

const char *call_outcome_word(enum call_outcome outcome) {
#define WORD(name, word, answer) [CALL_OUTCOME_##name] = word,
  static const char *const words[] = {CALL_OUTCOME_MAP(WORD)};
#undef WORD
  return words[outcome];
}
