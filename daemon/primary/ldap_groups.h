/* ldap_groups.h: in which of the configured groups a user is, by questions about his own entry; no
 * I/O. Refuse wins over require, and require over exempt.
 *
 * A directory's filters know true, false and undefined (RFC 4511 4.5.1.7): what it does not let us
 * read is undefined, and so is its negation. So each standing has a question that only the truth
 * answers, "in none of the refusing, and in no exempt one" say, and who fits none has none: it is
 * not known whether he may come in. The standing of those who are in no group is asked about first,
 * so most users cost one search, whatever the number of groups; who is refused costs three. */
#ifndef RADMFAD_PRIMARY_LDAP_GROUPS_H
#define RADMFAD_PRIMARY_LDAP_GROUPS_H

#include "../standing.h"
#include "ldap_message.h"

/* DNs of groups (RFC 4514). */
struct ldap_group_list {
  const char *const *dns;
  size_t n;
};

struct ldap_group_options {
  struct ldap_group_list refuse, require, exempt; /* all empty: nothing is asked */
  enum standing others;                           /* of who is in none of them */
  /* Members of member groups count, too: by Active Directory's rule
   * LDAP_MATCHING_RULE_TRANSITIVE_EVAL (MS-ADTS 3.1.1.3.4.4.3), which other directories lack. */
  bool is_nested;
};

struct ldap_groups;

/* Returns 0, RADMFA_E_NO_MEMORY, or RADMFA_E_INVALID for a DN that no group has. `*out_groups` is
 * NULL where nothing is to be asked. The options are needed no more. */
RADMFA_MUST_USE int ldap_groups_new(const struct ldap_group_options *options,
                                    struct ldap_groups **out_groups);
void ldap_groups_free(struct ldap_groups *groups);

/* How far the questions about one user have come; zero at first. */
struct ldap_group_walk {
  unsigned n_asked;
  unsigned n_entries, n_references; /* in answer to the latest one */
};

/* The next question about the user whose entry is `dn`. False: there is none left, and his standing
 * is not known. */
RADMFA_MUST_USE bool ldap_groups_next(const struct ldap_groups *groups,
                                      struct ldap_group_walk *walk, radmfa_span dn,
                                      struct ldap_search *out_search);

/* A message that came before the last one. */
void ldap_groups_take(struct ldap_group_walk *walk, const struct ldap_message *message);

/* After the last message, which has `result`. NULL: it is an answer; else what is wrong. */
const char *ldap_groups_fault(const struct ldap_group_walk *walk, int result);

/* Whether that answer was yes, and so who he is. False: ask on. */
RADMFA_MUST_USE bool ldap_groups_standing(const struct ldap_groups *groups,
                                          const struct ldap_group_walk *walk,
                                          enum standing *out_standing);

#endif
