/* ldap_rights.c: whether who signs in to the portal looks after others there. It is asked last, and
 * whatever goes wrong ends no sign-in: who is not seen in a group has no right of its members. */
#include "ldap_inside.h"

#include "../questions.h"
#include "../thread.h"

static void finish(struct ldap_primary *primary, struct ldap_job *job, bool is_administrator) {
  if (primary->is_stopping) {
    ldap_jobs_finish(primary->jobs, job);
    return;
  }
  people_note_administrator(primary->options.people, radmfa_text(job->lookup.identity),
                            is_administrator, thread_now_ms());
  ldap_let_in(primary, job);
}

static void ask(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line);

static void conclude(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line,
                     int result) {
  enum standing standing = STANDING_REFUSE;
  bool is_answer = !ldap_groups_fault(&job->groups, result);
  if (is_answer && !ldap_groups_standing(primary->rights, &job->groups, &standing))
    ask(primary, job, line);
  else
    finish(primary, job, standing == STANDING_REQUIRE);
}

static void on_message(struct ldap_line *line, const struct ldap_message *message,
                       const char *detail, void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct ldap_controller *)job->owner)->primary;
  (void)detail;
  if (!message)
    finish(primary, job, false);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude(primary, job, line, message->result);
  else
    ldap_groups_take(&job->groups, message);
}

static void ask(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  const struct ldap_lookup *lookup = &job->lookup;
  struct ldap_search search;
  radmfa_span dn = {lookup->dn, lookup->dn_len};
  if (!dn.len || !ldap_groups_next(primary->rights, &job->groups, dn, &search) ||
      ldap_line_search(line, &search, on_message, job))
    finish(primary, job, false);
}

/* No login needs to know. */
void ldap_let_in_with_rights(struct ldap_primary *primary, struct ldap_job *job,
                             struct ldap_line *line) {
  if (!primary->rights || !question_is(job->login_id)) {
    ldap_let_in(primary, job);
    return;
  }
  job->groups = (struct ldap_group_walk){0};
  ask(primary, job, line);
}
