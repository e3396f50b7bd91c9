#include "portal/language.h"

#include <criterion/criterion.h>

Test(language, codes_may_have_a_region) {
  cr_assert_eq(language_of("de"), LANGUAGE_DE);
  cr_assert_eq(language_of("DE-at"), LANGUAGE_DE);
  cr_assert_eq(language_of("en-GB"), LANGUAGE_EN);
  cr_assert_eq(language_of("den"), LANGUAGE_NONE);
  cr_assert_eq(language_of("fr"), LANGUAGE_NONE);
  cr_assert_eq(language_of(""), LANGUAGE_NONE);
  cr_assert_eq(language_of(NULL), LANGUAGE_NONE);
}

Test(language, the_best_of_ours_is_taken) {
  cr_assert_eq(language_accepted("de"), LANGUAGE_DE);
  cr_assert_eq(language_accepted("de-DE,de;q=0.9,en;q=0.8"), LANGUAGE_DE);
  cr_assert_eq(language_accepted("en;q=0.5, de;q=0.75"), LANGUAGE_DE);
  cr_assert_eq(language_accepted("fr, en;q=0.3"), LANGUAGE_EN);
  cr_assert_eq(language_accepted("de;q=0, en;q=0.1"), LANGUAGE_EN);
  cr_assert_eq(language_accepted("en, de"), LANGUAGE_EN);
}

Test(language, what_cannot_be_read_wants_none) {
  cr_assert_eq(language_accepted(NULL), LANGUAGE_NONE);
  cr_assert_eq(language_accepted(""), LANGUAGE_NONE);
  cr_assert_eq(language_accepted("*"), LANGUAGE_NONE);
  cr_assert_eq(language_accepted("fr"), LANGUAGE_NONE);
  cr_assert_eq(language_accepted("de;q="), LANGUAGE_NONE);
  cr_assert_eq(language_accepted("de;q=x"), LANGUAGE_NONE);
  cr_assert_eq(language_accepted(",;,;q=1,"), LANGUAGE_NONE);
}
