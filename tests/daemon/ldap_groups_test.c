/* The questions as texts, and what answers mean. */
#include "primary/ldap_groups.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

#define ANY "(objectClass=*)"

static const char *const a[] = {"cn=a,dc=x"}, *const b[] = {"cn=b,dc=x"},
                         *const two[] = {"cn=c,dc=x", "cn=(d),dc=x"};
static const radmfa_span alice = {(const uint8_t *)"cn=alice", 8};

static struct ldap_groups *make(const struct ldap_group_options *options) {
  struct ldap_groups *groups;
  cr_assert_eq(ldap_groups_new(options, &groups), 0);
  return groups;
}

/* Each is answered with no; NULL ends them. */
static void asks(const struct ldap_group_options *options, const char *const expected[]) {
  struct ldap_groups *groups = make(options);
  struct ldap_group_walk walk = {0};
  struct ldap_search search;
  for (size_t i = 0; expected[i]; i++) {
    cr_assert(ldap_groups_next(groups, &walk, alice, &search));
    cr_assert_eq(search.scope, LDAP_SCOPE_ENTRY);
    cr_assert(radmfa_span_equal(search.base, alice));
    cr_assert(radmfa_span_equal(search.filter, radmfa_text(expected[i])), "%.*s",
              (int)search.filter.len, (const char *)search.filter.ptr);
  }
  cr_assert_not(ldap_groups_next(groups, &walk, alice, &search));
  ldap_groups_free(groups);
}

#define ASKS(options, ...) asks(options, (const char *const[]){__VA_ARGS__, NULL})

Test(ldap_groups, others_are_asked_about_first_and_each_answer_excludes_the_rest) {
  struct ldap_group_options options = {{a, 1}, {b, 1}, {two, 2}, STANDING_REQUIRE, false};
  ASKS(&options,
       "(&" ANY "(!(|(memberOf=cn=a,dc=x)))(|(&" ANY
       "(!(|(memberOf=cn=c,dc=x)(memberOf=cn=\\28d\\29"
       ",dc=x))))(|(memberOf=cn=b,dc=x))))",
       "(&" ANY "(!(|(memberOf=cn=a,dc=x)))(!(|(memberOf=cn=b,dc=x)))(|(memberOf=cn=c,dc=x)"
       "(memberOf=cn=\\28d\\29,dc=x)))",
       "(|(memberOf=cn=a,dc=x))");
}

Test(ldap_groups, what_no_group_leads_to_is_not_asked) {
  struct ldap_group_options options = {.refuse = {a, 1}};
  ASKS(&options, "(&" ANY "(!(|(memberOf=cn=a,dc=x)))(|(&" ANY ")(!" ANY ")))",
       "(|(memberOf=cn=a,dc=x))");
  options = (struct ldap_group_options){.exempt = {a, 1}};
  ASKS(&options, "(&" ANY "(|(&" ANY "(!(|(memberOf=cn=a,dc=x))))(!" ANY ")))",
       "(&" ANY "(|(memberOf=cn=a,dc=x)))");
}

Test(ldap_groups, others_may_be_exempt) {
  struct ldap_group_options options = {.require = {a, 1}, .others = STANDING_EXEMPT};
  ASKS(&options, "(&" ANY "(!(|(memberOf=cn=a,dc=x))))", "(&" ANY "(|(memberOf=cn=a,dc=x)))");
}

Test(ldap_groups, others_may_be_refused) {
  struct ldap_group_options options = {.require = {a, 1}, .others = STANDING_REFUSE};
  ASKS(&options, "(|(!" ANY ")(&" ANY "(!(|(memberOf=cn=a,dc=x)))))",
       "(&" ANY "(|(memberOf=cn=a,dc=x)))");
}

Test(ldap_groups, nested_groups_are_in_chain) {
  struct ldap_group_options options = {
      .exempt = {a, 1}, .others = STANDING_EXEMPT, .is_nested = true, .require = {b, 1}};
  ASKS(&options, "(&" ANY "(!(|(memberOf:1.2.840.113556.1.4.1941:=cn=b,dc=x))))",
       "(&" ANY "(|(memberOf:1.2.840.113556.1.4.1941:=cn=b,dc=x)))");
}

Test(ldap_groups, every_question_is_a_filter) {
  static const enum standing others[] = {STANDING_REQUIRE, STANDING_EXEMPT, STANDING_REFUSE};
  for (unsigned set = 1; set < 24; set++) {
    struct ldap_group_options options = {.refuse = {a, set >> 2 & 1},
                                         .require = {b, set >> 1 & 1},
                                         .exempt = {two, set & 1 ? 2 : 0},
                                         .others = others[set / 8],
                                         .is_nested = true};
    struct ldap_groups *groups = make(&options);
    struct ldap_group_walk walk = {0};
    struct ldap_search search;
    struct ldap_bytes bytes;
    while (groups && ldap_groups_next(groups, &walk, alice, &search)) {
      cr_assert_eq(ldap_write_search(1, &search, &bytes), 0);
      ldap_bytes_free(&bytes);
    }
    ldap_groups_free(groups);
  }
}

Test(ldap_groups, without_groups_nothing_is_asked) {
  cr_assert_null(make(&(struct ldap_group_options){.others = STANDING_REFUSE}));
}

Test(ldap_groups, the_first_yes_is_the_standing) {
  struct ldap_group_options options = {{a, 1}, {b, 1}, {two, 2}, STANDING_REQUIRE, true};
  static const enum standing order[] = {STANDING_REQUIRE, STANDING_EXEMPT, STANDING_REFUSE};
  struct ldap_groups *groups = make(&options);
  struct ldap_group_walk walk = {0};
  struct ldap_search search;
  enum standing standing;
  cr_assert_not(ldap_groups_standing(groups, &walk, &standing), "nothing was asked");
  for (size_t i = 0; i < 3; i++) {
    cr_assert(ldap_groups_next(groups, &walk, alice, &search));
    cr_assert_not(ldap_groups_standing(groups, &walk, &standing));
    ldap_groups_take(&walk, &(struct ldap_message){.type = LDAP_SEARCH_ENTRY});
    cr_assert_null(ldap_groups_fault(&walk, 0));
    cr_assert(ldap_groups_standing(groups, &walk, &standing));
    cr_assert_eq(standing, order[i]);
  }
  ldap_groups_free(groups);
}

Test(ldap_groups, an_answer_that_is_not_whole_is_a_fault) {
  struct ldap_group_walk walk = {.n_asked = 1};
  cr_assert_not_null(ldap_groups_fault(&walk, 32), "noSuchObject");
  ldap_groups_take(&walk, &(struct ldap_message){.type = LDAP_SEARCH_REFERENCE});
  cr_assert_not_null(ldap_groups_fault(&walk, 0));
  walk = (struct ldap_group_walk){.n_asked = 1, .n_entries = 2};
  cr_assert_not_null(ldap_groups_fault(&walk, 0));
}

Test(ldap_groups, a_group_is_a_dn) {
  static const char *const none[] = {"cn=a,"};
  struct ldap_groups *groups;
  struct ldap_group_options options = {.refuse = {none, 1}};
  cr_assert_eq(ldap_groups_new(&options, &groups), RADMFA_E_INVALID);
  options = (struct ldap_group_options){.require = {none, 1}};
  cr_assert_eq(ldap_groups_new(&options, &groups), RADMFA_E_INVALID);
  options = (struct ldap_group_options){.exempt = {none, 1}};
  cr_assert_eq(ldap_groups_new(&options, &groups), RADMFA_E_INVALID);
}
