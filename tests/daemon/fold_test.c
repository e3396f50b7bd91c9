#include "fold.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t key[FOLD_KEY_SIZE] = {1};

static uint64_t account(const char *name) {
  return fold_account_hash(key, radmfa_text(name));
}

static void are_one(const char *const *names) {
  for (size_t i = 1; names[i]; i++)
    cr_assert_eq(account(names[0]), account(names[i]), "%s, %s", names[0], names[i]);
}

Test(fold, ascii_letters_in_either_case_are_one_name_and_others_are_not) {
  cr_assert(fold_equal(radmfa_text("Alice"), radmfa_text("aLICE")));
  cr_assert_eq(fold_hash(key, radmfa_text("Alice")), fold_hash(key, radmfa_text("aLICE")));
  cr_assert_not(fold_equal(radmfa_text("\u00e4"), radmfa_text("\u00c4")));
  cr_assert_not(fold_equal(radmfa_text("a"), radmfa_text("ab")));
  cr_assert_not(fold_equal(radmfa_text("@"), radmfa_text("`")), "no letters");
}

Test(fold, case_makes_no_other_account) {
  are_one((const char *const[]){"\u00e4rger", "\u00c4RGER", "\u00c4rger", NULL});
  are_one((const char *const[]){"\u03c3\u03bf\u03c6\u03af\u03b1", "\u03a3\u039f\u03a6\u038a\u0391",
                                NULL}); /* Greek */
  are_one((const char *const[]){"\u0438\u0432\u0430\u043d", "\u0418\u0412\u0410\u041d", NULL});
  are_one((const char *const[]){"a\u03c2", "a\u03c3", "a\u03a3", NULL}); /* the final sigma */
}

Test(fold, marks_make_no_other_account_composed_or_not) {
  are_one((const char *const[]){"muller", "m\u00fcller", "mu\u0308ller", "MU\u0308LLER", NULL});
  are_one(
      (const char *const[]){"alice", "\u00e1l\u00ef\u00e7\u00e9", "a\u0301\u0302\u0303lice", NULL});
  are_one((const char *const[]){"lukasz", "\u0142ukasz", "\u0141UKASZ", NULL});
  are_one((const char *const[]){"soren", "s\u00f8ren", NULL});
  are_one((const char *const[]){"nguyen", "nguy\u1ec5n", "NGUY\u1ec4N", NULL});
}

Test(fold, letters_of_two_are_as_written_by_two) {
  are_one((const char *const[]){"strasse", "stra\u00dfe", "STRASSE", "STRA\u1e9eE", NULL});
  are_one((const char *const[]){"aerger", "\u00e6rger", "\u00c6rger", NULL});
}

Test(fold, width_and_kana_make_no_other_account) {
  are_one((const char *const[]){"alice", "\uff41\uff4c\uff49\uff43\uff45", "\uff21lice", NULL});
  are_one(
      (const char *const[]){"\u30a2\u30ab", "\u3042\u304b", "\uff71\uff76", "\u3042\u304c", NULL});
}

Test(fold, what_nobody_sees_makes_no_other_account) {
  are_one((const char *const[]){"alice", "al\u00adice", "\u200balice", "ali\u200dce", "alice\ufeff",
                                "al\ufe0fice", "alice\u0378", "al ice", "al\u00a0ice", "a  lice",
                                NULL});
}

Test(fold, names_with_odd_characters_are_one_account) {
  are_one((const char *const[]){"al\u24d8ce", "\u24d0lice", "\U0001d41alice", "\u2603", "\ue000",
                                "bob\u2460", "\xff", "\xc3", NULL});
  cr_assert_neq(account("alice"), account("\u24d0lice"));
}

Test(fold, other_names_are_other_accounts) {
  static const char *const names[] = {
      "alice",  "alise",  "bob",    "\u0430lice", "o'brien", "obrien", "a-b", "ab",
      "\uac00", "\uac01", "\u4e2d", "\u4e2e",     "\u05d0",  "\u0628", "1",   "2"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    for (size_t j = 0; j < i; j++)
      cr_assert_neq(account(names[i]), account(names[j]), "%s, %s", names[i], names[j]);
}

Test(fold, any_octets_up_to_the_longest_name_have_a_hash) {
  uint8_t octets[300];
  for (unsigned c = 0; c < 256; c++) {
    memset(octets, (int)c, sizeof octets);
    for (size_t len = 0; len <= sizeof octets; len += 17)
      (void)fold_account_hash(key, (radmfa_span){octets, len});
  }
  for (size_t i = 0; i < sizeof octets; i++) octets[i] = i % 2 ? 0x9f : 0xc3; /* ss, two for each */
  (void)fold_account_hash(key, (radmfa_span){octets, 254});
}
