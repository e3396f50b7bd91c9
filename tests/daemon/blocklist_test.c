#include "blocklist.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(blocklist, who_was_reported_is_blocked_and_nobody_else) {
  struct blocklist *list = blocklist_new();
  cr_assert_not(blocklist_has(list, radmfa_text("alice")));
  cr_assert(blocklist_add(list, radmfa_text("alice")));
  cr_assert(blocklist_has(list, radmfa_text("alice")));
  cr_assert_not(blocklist_has(list, radmfa_text("alic")));
  cr_assert_not(blocklist_has(list, (radmfa_span){NULL, 0}));
  blocklist_free(list);
}

Test(blocklist, letters_of_either_case_are_the_same) {
  struct blocklist *list = blocklist_new();
  cr_assert(blocklist_add(list, radmfa_text("Alice")));
  cr_assert(blocklist_has(list, radmfa_text("aLICE")));
  blocklist_free(list);
}

Test(blocklist, a_full_list_says_so_and_keeps_what_it_has) {
  struct blocklist *list = blocklist_new();
  char name[16];
  for (unsigned i = 0; i < BLOCKLIST_MAX; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(blocklist_add(list, radmfa_text(name)));
  }
  cr_assert_not(blocklist_add(list, radmfa_text("one more")));
  cr_assert(blocklist_add(list, radmfa_text("user0")), "is in it already");
  cr_assert(blocklist_has(list, radmfa_text("user0")));
  cr_assert(blocklist_has(list, radmfa_text("user99999")));
  blocklist_free(list);
}

Test(blocklist, who_is_taken_out_is_not_blocked_and_all_others_stay) {
  struct blocklist *list = blocklist_new();
  char name[16];
  for (unsigned i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(blocklist_add(list, radmfa_text(name)));
  }
  blocklist_remove(list, radmfa_text("nobody"));
  for (unsigned i = 0; i < 1000; i += 2) {
    snprintf(name, sizeof name, "USER%u", i);
    blocklist_remove(list, radmfa_text(name));
  }
  for (unsigned i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert_eq(blocklist_has(list, radmfa_text(name)), i % 2 == 1, "%s", name);
  }
  blocklist_free(list);
}

Test(blocklist, no_list_can_be_freed) {
  blocklist_free(NULL);
}
