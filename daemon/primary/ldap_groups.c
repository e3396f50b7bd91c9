/* ldap_groups.c: the questions, written once: they are the same for all users, since each is asked
 * of the user's own entry. */
#include "ldap_groups.h"

#include "ldap_name.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>

#define IN_CHAIN ":1.2.840.113556.1.4.1941:"
#define N_STANDINGS 3u

struct question {
  char *filter;
  size_t filter_len;
  enum standing standing;
};

struct ldap_groups {
  struct question questions[N_STANDINGS];
  size_t n_questions;
};

/* ---- filters ---- */

struct writer {
  FILE *out;
  const struct ldap_group_options *options;
};

static void put_group(const struct writer *to, const char *dn) {
  char escaped[3 * LDAP_DN_MAX + 1];
  if (ldap_escape_filter(radmfa_text(dn), escaped, sizeof escaped)) return; /* it was checked */
  (void)fprintf(to->out, "(memberOf%s=%s)", to->options->is_nested ? IN_CHAIN : "", escaped);
}

/* In one of them; where there is none, false. */
static void put_in(const struct writer *to, const struct ldap_group_list *list) {
  (void)fputs(list->n ? "(|" : "(!(objectClass=*)", to->out);
  for (size_t i = 0; i < list->n; i++) put_group(to, list->dns[i]);
  (void)fputs(")", to->out);
}

/* In none of them. */
static void put_not_in(const struct writer *to, const struct ldap_group_list *list) {
  if (!list->n) return; /* within "and" it is nothing to say */
  (void)fputs("(!", to->out);
  put_in(to, list);
  (void)fputs(")", to->out);
}

static void put_refused(const struct writer *to) {
  const struct ldap_group_options *options = to->options;
  bool others = options->others == STANDING_REFUSE;
  (void)fputs(others ? "(|" : "", to->out);
  put_in(to, &options->refuse);
  if (!others) return;
  (void)fputs("(&(objectClass=*)", to->out);
  put_not_in(to, &options->require);
  put_not_in(to, &options->exempt);
  (void)fputs("))", to->out);
}

static void put_required(const struct writer *to) {
  const struct ldap_group_options *options = to->options;
  bool others = options->others == STANDING_REQUIRE;
  (void)fputs("(&(objectClass=*)", to->out);
  put_not_in(to, &options->refuse);
  if (others) {
    (void)fputs("(|(&(objectClass=*)", to->out);
    put_not_in(to, &options->exempt);
    (void)fputs(")", to->out);
  }
  put_in(to, &options->require);
  (void)fputs(others ? "))" : ")", to->out);
}

static void put_exempt(const struct writer *to) {
  const struct ldap_group_options *options = to->options;
  (void)fputs("(&(objectClass=*)", to->out);
  put_not_in(to, &options->refuse);
  put_not_in(to, &options->require);
  if (options->others != STANDING_EXEMPT) put_in(to, &options->exempt);
  (void)fputs(")", to->out);
}

/* ---- questions ---- */

static int add_question(struct ldap_groups *groups, const struct ldap_group_options *options,
                        enum standing standing) {
  static void (*const put[N_STANDINGS])(const struct writer *) = {[STANDING_REQUIRE] = put_required,
                                                                  [STANDING_EXEMPT] = put_exempt,
                                                                  [STANDING_REFUSE] = put_refused};
  struct question *question = &groups->questions[groups->n_questions];
  struct writer to = {open_memstream(&question->filter, &question->filter_len), options};
  if (!to.out) return RADMFA_E_NO_MEMORY;
  groups->n_questions++;
  question->standing = standing;
  put[standing](&to);
  bool is_bad = ferror(to.out) != 0;
  is_bad |= fclose(to.out) != 0;
  return is_bad ? RADMFA_E_NO_MEMORY : 0;
}

static const struct ldap_group_list *list_of(const struct ldap_group_options *options,
                                             enum standing standing) {
  switch (standing) {
    case STANDING_EXEMPT: return &options->exempt;
    case STANDING_REFUSE: return &options->refuse;
    case STANDING_REQUIRE: break;
  }
  return &options->require;
}

/* Nobody has a standing that neither a group nor being in none leads to. */
static int add_questions(struct ldap_groups *groups, const struct ldap_group_options *options) {
  static const enum standing order[N_STANDINGS] = {STANDING_REQUIRE, STANDING_EXEMPT,
                                                   STANDING_REFUSE};
  int error = add_question(groups, options, options->others);
  for (size_t i = 0; !error && i < N_STANDINGS; i++)
    if (order[i] != options->others && list_of(options, order[i])->n)
      error = add_question(groups, options, order[i]);
  return error;
}

static bool are_dns(const struct ldap_group_list *list) {
  for (size_t i = 0; i < list->n; i++)
    if (!ldap_is_dn(list->dns[i])) return false;
  return true;
}

int ldap_groups_new(const struct ldap_group_options *options, struct ldap_groups **out_groups) {
  struct ldap_groups *groups = NULL;
  if (!are_dns(&options->refuse) || !are_dns(&options->require) || !are_dns(&options->exempt))
    return RADMFA_E_INVALID;
  if (options->refuse.n || options->require.n || options->exempt.n) {
    groups = calloc(1, sizeof *groups);
    int error = groups ? add_questions(groups, options) : RADMFA_E_NO_MEMORY;
    if (error) {
      ldap_groups_free(groups);
      return error;
    }
  }
  *out_groups = groups;
  return 0;
}

void ldap_groups_free(struct ldap_groups *groups) {
  if (!groups) return;
  for (size_t i = 0; i < groups->n_questions; i++) free(groups->questions[i].filter);
  free(groups);
}

/* ---- one user ---- */

bool ldap_groups_next(const struct ldap_groups *groups, struct ldap_group_walk *walk,
                      radmfa_span dn, struct ldap_search *out_search) {
  static const char *const none[] = {"1.1"}; /* no attribute (RFC 4511 4.5.1.8) */
  if (walk->n_asked == groups->n_questions) return false;
  const struct question *question = &groups->questions[walk->n_asked];
  *walk = (struct ldap_group_walk){.n_asked = walk->n_asked + 1};
  *out_search =
      (struct ldap_search){.base = dn,
                           .scope = LDAP_SCOPE_ENTRY,
                           .filter = {(const uint8_t *)question->filter, question->filter_len},
                           .attributes = none,
                           .n_attributes = 1};
  return true;
}

void ldap_groups_take(struct ldap_group_walk *walk, const struct ldap_message *message) {
  walk->n_entries += message->type == LDAP_SEARCH_ENTRY;
  walk->n_references += message->type == LDAP_SEARCH_REFERENCE;
}

const char *ldap_groups_fault(const struct ldap_group_walk *walk, int result) {
  if (result != 0) return "the directory refuses the look-up of groups";
  if (walk->n_references > 0) return "the user's groups are known elsewhere";
  return walk->n_entries > 1 ? "the user's name is that of several entries" : NULL;
}

bool ldap_groups_standing(const struct ldap_groups *groups, const struct ldap_group_walk *walk,
                          enum standing *out_standing) {
  if (walk->n_asked == 0 || walk->n_entries == 0) return false;
  *out_standing = groups->questions[walk->n_asked - 1].standing;
  return true;
}
