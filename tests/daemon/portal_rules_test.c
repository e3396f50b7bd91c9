/* What a session may do: every cell, and above all what who has a password alone may do. */
#include "control/portal_rules.h"

#include <criterion/criterion.h>

#define EACH_VERB(verb) for (enum portal_verb verb = 0; verb < PORTAL_VERB_COUNT; verb++)
#define EACH_STATE(state) for (enum portal_state state = 0; state < PORTAL_STATE_COUNT; state++)

static bool may(enum portal_verb verb, enum portal_state state) {
  return portal_rule_for(verb, state) == PORTAL_RULE_MAY;
}

static struct portal_facts facts_of(unsigned bits) {
  return (struct portal_facts){.is_enrolled = bits & 1,
                               .is_expected = bits & 2,
                               .is_invited = bits & 4,
                               .is_free = bits & 8,
                               .is_verified = bits & 16,
                               .is_administrator = bits & 32};
}

Test(portal_rules, every_cell_is_filled) {
  EACH_VERB(verb) EACH_STATE(state) {
    enum portal_rule rule = portal_rule_for(verb, state);
    cr_assert(rule > PORTAL_RULE_FORGOTTEN && rule < PORTAL_RULE_COUNT, "%s in %s",
              portal_verb_name(verb), portal_state_name(state));
    cr_assert_eq(rule == PORTAL_RULE_MAY || rule == PORTAL_RULE_HERE, !*portal_rule_text(rule));
  }
}

/* Whatever else is so: a password, the office's network, an open portal, an invitation. */
Test(portal_rules, who_is_enrolled_and_not_verified_can_show_that_it_is_he_and_nothing_else) {
  for (unsigned bits = 0; bits < 64; bits++) {
    struct portal_facts facts = facts_of(bits);
    if (!facts.is_enrolled || facts.is_verified) continue;
    enum portal_state state = portal_state_of(&facts);
    EACH_VERB(verb) {
      bool is_harmless = verb == PORTAL_VERB_ME || verb == PORTAL_VERB_SIGN_OUT ||
                         verb == PORTAL_VERB_STOP_CALL || verb == PORTAL_VERB_VERIFY_CALL ||
                         verb == PORTAL_VERB_VERIFY_PASSCODE;
      cr_assert_eq(may(verb, state), is_harmless, "%s with %u", portal_verb_name(verb), bits);
    }
  }
}

static bool changes_a_factor(enum portal_verb verb) {
  return verb == PORTAL_VERB_SET_NUMBER || verb == PORTAL_VERB_SET_PIN ||
         verb == PORTAL_VERB_PASSCODE_BEGIN || verb == PORTAL_VERB_PASSCODE_CONFIRM;
}

static void factors_change_in(enum portal_state state, bool wanted, unsigned bits) {
  EACH_VERB(verb) {
    if (changes_a_factor(verb))
      cr_assert_eq(may(verb, state), wanted, "%s with %u", portal_verb_name(verb), bits);
  }
}

Test(portal_rules, a_number_that_is_known_is_replaced_by_an_invitation_alone) {
  for (unsigned bits = 0; bits < 16; bits++) {
    struct portal_facts facts = facts_of(bits);
    if (!facts.is_enrolled && facts.is_expected)
      factors_change_in(portal_state_of(&facts), facts.is_invited, bits);
  }
}

Test(portal_rules, who_has_nothing_enrols_where_something_lets_him) {
  for (unsigned bits = 0; bits < 16; bits++) {
    struct portal_facts facts = facts_of(bits);
    if (!facts.is_enrolled && !facts.is_expected)
      factors_change_in(portal_state_of(&facts), facts.is_invited || facts.is_free, bits);
  }
}

Test(portal_rules, the_history_is_shown_to_who_is_verified_alone) {
  EACH_STATE(state) {
    bool is_verified = state == PORTAL_STATE_VERIFIED || state == PORTAL_STATE_ADMINISTRATOR;
    cr_assert_eq(may(PORTAL_VERB_HISTORY, state), is_verified);
    cr_assert_eq(may(PORTAL_VERB_REPORT_FRAUD, state), is_verified);
  }
}

Test(portal_rules, administrators_verbs_are_for_those_who_are_verified) {
  for (unsigned bits = 0; bits < 64; bits++) {
    struct portal_facts facts = facts_of(bits);
    for (enum portal_verb verb = PORTAL_VERB_USERS; verb < PORTAL_VERB_COUNT; verb++)
      cr_assert_eq(may(verb, portal_state_of(&facts)), facts.is_verified && facts.is_administrator);
  }
}

Test(portal_rules, an_administrator_may_for_himself_what_anybody_may) {
  for (enum portal_verb verb = 0; verb < PORTAL_VERB_USERS; verb++)
    cr_assert_eq(portal_rule_for(verb, PORTAL_STATE_ADMINISTRATOR),
                 portal_rule_for(verb, PORTAL_STATE_VERIFIED));
}

Test(portal_rules, a_language_is_kept_for_who_is_verified_alone) {
  EACH_STATE(state) {
    bool is_verified = state == PORTAL_STATE_VERIFIED || state == PORTAL_STATE_ADMINISTRATOR;
    cr_assert_eq(portal_rule_for(PORTAL_VERB_SET_LANGUAGE, state),
                 is_verified ? PORTAL_RULE_MAY : PORTAL_RULE_HERE);
  }
}

Test(portal_rules, an_invitation_is_of_no_use_to_who_is_enrolled) {
  cr_assert(may(PORTAL_VERB_USE_INVITE, PORTAL_STATE_NEW));
  cr_assert(may(PORTAL_VERB_USE_INVITE, PORTAL_STATE_EXPECTED));
  cr_assert_not(may(PORTAL_VERB_USE_INVITE, PORTAL_STATE_LOCKED));
  cr_assert_not(may(PORTAL_VERB_USE_INVITE, PORTAL_STATE_VERIFIED));
}
