/* ldap_jobs.h: the logins whose passwords a directory is to check: those that wait, in their order,
 * and those under way. Bounded, in all and for each user; passwords are wiped as soon as they are
 * needed no more. Any thread, but a job that was taken belongs to who took it. */
#ifndef RADMFAD_PRIMARY_LDAP_JOBS_H
#define RADMFAD_PRIMARY_LDAP_JOBS_H

#include "ldap_groups.h"
#include "ldap_lookup.h"

#include <radmfa/attr.h>
#include <radmfa/backend.h>

/* A flood of logins of one user fills his own places and no more. Four are more than one person
 * needs: two logins, each mistyped once. */
#define LDAP_JOBS_PER_USER 4u
#define LDAP_TYPED_MAX 253u /* a User-Name: RFC 2865 5.1 */

struct ldap_job {
  uint64_t login_id;
  uint64_t until_ms; /* it is in vain after this */
  struct ldap_name name;
  uint8_t typed[LDAP_TYPED_MAX];
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t typed_len, password_len;

  /* of who took it */
  void *owner;
  struct ldap_lookup lookup;
  bool is_second_look_up; /* the first one was not answered */
  struct ldap_group_walk groups;
  enum standing standing; /* once it is known */
  struct ldap_job *next;

  /* of ldap_jobs.c */
  struct ldap_job *next_of_login, *next_of_user; /* in their buckets; or the next unused */
  struct ldap_job *before, *behind;              /* that wait */
  uint64_t user;
  bool is_waiting;
};

struct ldap_jobs;

struct ldap_jobs *ldap_jobs_new(unsigned max); /* NULL when out of memory */
void ldap_jobs_free(struct ldap_jobs *jobs);

/* Copies what is needed; `name` is what ldap_name_make made of request->user. False: there are
 * `max` jobs, or LDAP_JOBS_PER_USER of this user (in any spelling: fold_account_hash), or the name
 * or the password is longer than a packet has room for. */
bool ldap_jobs_add(struct ldap_jobs *jobs, const radmfa_request *request,
                   const struct ldap_name *name, uint64_t until_ms);
/* A waiting job of that login is over at once. One that was taken goes on. */
void ldap_jobs_cancel(struct ldap_jobs *jobs, uint64_t login_id);
size_t ldap_jobs_waiting(struct ldap_jobs *jobs);

/* The one that has waited for longest; or NULL. */
struct ldap_job *ldap_jobs_take(struct ldap_jobs *jobs);
/* One whose until_ms has come; or NULL. */
struct ldap_job *ldap_jobs_take_late(struct ldap_jobs *jobs, uint64_t now_ms);
/* Its password is needed no more. */
void ldap_job_forget_password(struct ldap_job *job);
/* It is over. */
void ldap_jobs_finish(struct ldap_jobs *jobs, struct ldap_job *job);

#endif
