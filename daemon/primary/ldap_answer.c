/* ldap_answer.c: how a job ends: answer to the login, word to the log, its place given back. */
#include "ldap_inside.h"

void ldap_tell(const struct ldap_primary *primary, struct ldap_event event) {
  event.primary = primary->options.name;
  if (primary->options.on_event) primary->options.on_event(&event, primary->options.event_user);
}

static void tell_of_login(const struct ldap_primary *primary, const struct ldap_job *job,
                          enum ldap_event_kind kind, const char *outcome, radmfa_span detail) {
  const struct ldap_controller *controller = job->owner;
  ldap_tell(primary, (struct ldap_event){.kind = kind,
                                         .server = controller ? controller->where->name : NULL,
                                         .detail = detail,
                                         .login_id = job->login_id,
                                         .user = {job->typed, job->typed_len},
                                         .outcome = outcome});
}

/* Where the answer can't be delivered the login ends at its deadline (backend.h): nothing to be
 * done here. */
void ldap_deliver(const struct ldap_primary *primary, uint64_t login_id,
                  const radmfa_primary_answer *answer) {
  (void)primary->options.deliver(primary->options.answers, login_id, answer);
}

void ldap_refuse(struct ldap_primary *primary, struct ldap_job *job, radmfa_reason reason,
                 const char *outcome) {
  tell_of_login(primary, job, LDAP_EVENT_REFUSED, outcome, (radmfa_span){0});
  ldap_deliver(primary, job->login_id,
               &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_REJECT, .reason = reason});
  ldap_jobs_finish(primary->jobs, job);
}

void ldap_give_up(struct ldap_primary *primary, struct ldap_job *job, bool was_asked,
                  const char *outcome, radmfa_span detail) {
  if (!primary->is_stopping) {
    tell_of_login(primary, job, LDAP_EVENT_UNANSWERED, outcome, detail);
    ldap_deliver(
        primary, job->login_id,
        &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_UNAVAILABLE, .was_asked = was_asked});
  }
  ldap_jobs_finish(primary->jobs, job);
}

void ldap_let_in(struct ldap_primary *primary, struct ldap_job *job) {
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_ACCEPT,
                                  .identity = radmfa_text(job->lookup.identity)};
  if (job->standing == STANDING_EXEMPT) answer.admission = RADMFA_ADMISSION_EXEMPT;
  ldap_deliver(primary, job->login_id, &answer);
  ldap_jobs_finish(primary->jobs, job);
}
