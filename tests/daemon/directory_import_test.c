/* The store's users and what a directory says of them: who is added, changed, removed, and who
 * stays. */
#include "control/directory_import.h"

#include "store_world.h"

#include <radmfa/error.h>

TestSuite(directory_import, .init = world_up, .fini = world_down);

static bool may_call(const struct number *number, void *user) {
  (void)user;
  return strncmp(number->e164, "+1", 2) == 0;
}

static _Atomic size_t n_told;

static void told(const char *what, const struct store_user *who, void *user) {
  (void)user;
  cr_assert_str_neq(what, "");
  cr_assert_str_eq(who->primary, "corp");
  n_told++;
}

static struct directory_import *begin(struct store *store, uint64_t remove_max, bool is_dry) {
  const struct directory_import_options options = {.store = store,
                                                   .primary = "corp",
                                                   .remove_max = remove_max,
                                                   .is_dry = is_dry,
                                                   .began_ms = ++wall_ms,
                                                   .may_call = may_call,
                                                   .told = told};
  struct directory_import *import = directory_import_new(&options);
  cr_assert_not_null(import);
  return import;
}

static struct ldap_person person_named(const char *name, const char *number) {
  struct ldap_person person = {.phone = {.kind = number ? PHONE_GOOD : PHONE_NONE}};
  snprintf(person.identity, sizeof person.identity, "id-%s", name);
  snprintf(person.name, sizeof person.name, "%s", name);
  if (number) snprintf(person.phone.number.e164, sizeof person.phone.number.e164, "%s", number);
  return person;
}

/* All of the directory, in one page. */
static struct directory_import_counts import_all(struct store *store,
                                                 const struct ldap_person *people, size_t n,
                                                 uint64_t remove_max) {
  struct directory_import *import = begin(store, remove_max, false);
  if (n) cr_assert(directory_import_page(import, people, n));
  directory_import_remove(import);
  cr_assert_eq(directory_import_error(import), 0);
  struct directory_import_counts counts = *directory_import_counts(import);
  directory_import_free(import);
  return counts;
}

static struct store_user stored(struct store *store, const char *name) {
  struct store_user user = user_named(name);
  return found(store, &user);
}

static void crowd(struct store *store, unsigned n) {
  char name[16];
  for (unsigned i = 0; i < n; i++) {
    snprintf(name, sizeof name, "user%03u", i);
    struct store_user user = user_named(name);
    put_new(store, &user);
  }
}

Test(directory_import, who_is_new_comes_with_the_directorys_number) {
  struct store *store = world_store();
  const struct ldap_person people[] = {person_named("alice", "+15551230001"),
                                       person_named("bob", NULL)};
  struct directory_import_counts counts = import_all(store, people, 2, DIRECTORY_IMPORT_SHARE);
  cr_assert_eq(counts.added, 2);
  cr_assert_eq(n_told, 2);
  struct store_user alice = stored(store, "alice");
  cr_assert_str_eq(alice.name, "alice");
  cr_assert_eq(alice.number_state, STORE_NUMBER_ENTERED, "nobody has proved that it is hers");
  cr_assert(alice.number_is_directorys);
  cr_assert_str_eq(alice.number.e164, "+15551230001");
  cr_assert_eq(stored(store, "bob").number_state, STORE_NUMBER_NONE);
  counts = import_all(store, people, 2, DIRECTORY_IMPORT_SHARE);
  cr_assert_eq(counts.unchanged, 2);
  cr_assert_eq(counts.added + counts.changed, 0);
  store_free(store);
}

Test(directory_import, names_and_numbers_of_the_directory_follow_it) {
  struct store *store = world_store();
  struct ldap_person alice = person_named("alice", "+15551230001");
  (void)import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE);
  snprintf(alice.name, sizeof alice.name, "alice.smith");
  snprintf(alice.phone.number.e164, sizeof alice.phone.number.e164, "+15551230009");
  cr_assert_eq(import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE).changed, 1);
  cr_assert_str_eq(stored(store, "alice").name, "alice.smith");
  cr_assert_str_eq(stored(store, "alice").number.e164, "+15551230009");
  alice.phone.kind = PHONE_NONE;
  cr_assert_eq(import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE).changed, 1);
  cr_assert_eq(stored(store, "alice").number_state, STORE_NUMBER_NONE);
  store_free(store);
}

static void number_stays(enum store_number_state state, bool is_directorys) {
  struct store *store = world_store();
  struct store_user alice = user_named("alice");
  const struct ldap_person person = person_named("alice", "+15551230009");
  alice.number_state = state;
  alice.number_is_directorys = is_directorys;
  snprintf(alice.number.e164, sizeof alice.number.e164, "+15551230001");
  put_new(store, &alice);
  cr_assert_eq(import_all(store, &person, 1, DIRECTORY_IMPORT_SHARE).unchanged, 1);
  cr_assert_str_eq(stored(store, "alice").number.e164, "+15551230001");
  store_free(store);
}

Test(directory_import, a_number_that_somebody_entered_stays) {
  number_stays(STORE_NUMBER_ENTERED, false);
}

Test(directory_import, a_number_that_was_verified_stays) {
  number_stays(STORE_NUMBER_VERIFIED, false);
}

Test(directory_import, a_number_of_the_directory_that_is_pinned_stays) {
  number_stays(STORE_NUMBER_VERIFIED, true);
}

Test(directory_import, a_number_that_may_not_be_called_or_is_none_is_not_taken_over) {
  struct store *store = world_store();
  struct ldap_person people[] = {person_named("alice", "+445551230001"), person_named("bob", NULL)};
  people[1].phone.kind = PHONE_BAD;
  struct directory_import_counts counts = import_all(store, people, 2, DIRECTORY_IMPORT_SHARE);
  cr_assert_eq(counts.added, 2);
  cr_assert_eq(counts.bad_numbers, 2);
  cr_assert_eq(stored(store, "alice").number_state, STORE_NUMBER_NONE);
  store_free(store);
}

Test(directory_import, a_name_that_was_typed_with_its_domain_is_the_same) {
  struct store *store = world_store();
  struct store_user alice = user_named("alice");
  const struct ldap_person person = person_named("alice", NULL);
  snprintf(alice.name, sizeof alice.name, "CORP\\Alice");
  put_new(store, &alice);
  cr_assert_eq(import_all(store, &person, 1, DIRECTORY_IMPORT_SHARE).unchanged, 1);
  cr_assert_str_eq(stored(store, "alice").name, "CORP\\Alice");
  store_free(store);
}

Test(directory_import, who_is_disabled_is_not_added_and_not_removed) {
  struct store *store = world_store();
  struct ldap_person people[] = {person_named("alice", NULL), person_named("bob", NULL)};
  people[0].is_disabled = people[1].is_disabled = true;
  crowd(store, 2);
  struct store_user alice = user_named("alice");
  put_new(store, &alice);
  struct directory_import_counts counts = import_all(store, people, 2, 2);
  cr_assert_eq(counts.disabled, 1);
  cr_assert_eq(counts.unchanged, 1);
  cr_assert_eq(counts.removed, 2);
  (void)stored(store, "alice");
  store_free(store);
}

/* ---- who is gone ---- */

Test(directory_import, one_of_twenty_may_be_removed) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  (void)import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE);
  crowd(store, 1);
  struct directory_import_counts counts = import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE);
  cr_assert_eq(counts.removed, 1, "at least one");
  cr_assert_eq(store_count(store), 1);
  crowd(store, 2);
  counts = import_all(store, &alice, 1, DIRECTORY_IMPORT_SHARE);
  cr_assert_eq(counts.removed, 0);
  cr_assert_eq(counts.refused_removals, 2, "two of three are too many");
  cr_assert_eq(store_count(store), 3);
  store_free(store);
}

Test(directory_import, so_many_are_removed_as_may_be_over_all_pages) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  crowd(store, 450);
  struct directory_import_counts counts = import_all(store, &alice, 1, 449);
  cr_assert_eq(counts.refused_removals, 450);
  counts = import_all(store, &alice, 1, 450);
  cr_assert_eq(counts.removed, 450);
  cr_assert_eq(store_count(store), 1);
  store_free(store);
}

Test(directory_import, an_empty_directory_removes_nobody) {
  struct store *store = world_store();
  crowd(store, 1);
  cr_assert_eq(import_all(store, NULL, 0, 1000).removed, 0);
  cr_assert_eq(store_count(store), 1);
  store_free(store);
}

Test(directory_import, users_of_other_primaries_are_nobody_here) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  struct store_user other = user_named("other");
  snprintf(other.primary, sizeof other.primary, "lab");
  put_new(store, &other);
  cr_assert_eq(import_all(store, &alice, 1, 1000).removed, 0);
  cr_assert_eq(store_count(store), 2);
  store_free(store);
}

Test(directory_import, who_is_blocked_stays_so_although_he_is_gone) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  const struct store_user bob = user_named("bob");
  cr_assert_eq(block(store, &bob, "fraud"), 0);
  struct directory_import_counts counts = import_all(store, &alice, 1, 1000);
  cr_assert_eq(counts.kept, 1);
  cr_assert_eq(counts.removed + counts.refused_removals, 0);
  cr_assert(stored(store, "bob").is_blocked);
  store_free(store);
}

Test(directory_import, who_came_to_the_store_meanwhile_stays) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  struct directory_import *import = begin(store, 1000, false);
  cr_assert(directory_import_page(import, &alice, 1));
  crowd(store, 1);
  directory_import_remove(import);
  cr_assert_eq(directory_import_counts(import)->removed, 0);
  cr_assert_eq(store_count(store), 2);
  directory_import_free(import);
  store_free(store);
}

Test(directory_import, a_dry_run_counts_and_changes_nothing) {
  struct store *store = world_store();
  const struct ldap_person people[] = {person_named("alice", NULL),
                                       person_named("user000", "+15551230001")};
  crowd(store, 2);
  struct directory_import *import = begin(store, 1, true);
  cr_assert(directory_import_page(import, people, 2));
  directory_import_remove(import);
  const struct directory_import_counts *counts = directory_import_counts(import);
  cr_assert_eq(counts->added, 1);
  cr_assert_eq(counts->changed, 1);
  cr_assert_eq(counts->removed, 1);
  directory_import_free(import);
  cr_assert_eq(store_count(store), 2);
  cr_assert_eq(stored(store, "user000").number_state, STORE_NUMBER_NONE);
  store_free(store);
}

Test(directory_import, one_that_was_stopped_removes_nobody) {
  struct store *store = world_store();
  const struct ldap_person alice = person_named("alice", NULL);
  static atomic_bool stop;
  const struct directory_import_options options = {
      .store = store, .primary = "corp", .remove_max = 10, .began_ms = ++wall_ms, .stop = &stop};
  crowd(store, 1);
  struct directory_import *import = directory_import_new(&options);
  cr_assert(directory_import_page(import, &alice, 1));
  stop = true;
  cr_assert_not(directory_import_page(import, &alice, 1));
  directory_import_remove(import);
  cr_assert_eq(store_count(store), 2);
  directory_import_free(import);
  store_free(store);
}
