/* ldap_inside.h: the directory primary's own parts and nobody else's: ldap.c (binds, the loop),
 * ldap_search.c (who it is that was bound), ldap_rights.c (what he may in the portal) and
 * ldap_answer.c (what they all end with). */
#ifndef RADMFAD_PRIMARY_LDAP_INSIDE_H
#define RADMFAD_PRIMARY_LDAP_INSIDE_H

#include "ldap.h"
#include "ldap_jobs.h"
#include "ldap_pool.h"

#include <stdatomic.h>

/* A server and the connections to it. */
struct ldap_controller {
  struct ldap_primary *primary;
  const struct ldap_server *where;
  struct ldap_pool *binds;
  struct ldap_pool *searches; /* NULL: users look themselves up */
};

struct ldap_primary {
  struct ldap_options options;
  struct ldap_lookup_options lookup;
  struct ldap_groups *groups; /* NULL: nobody's matter */
  struct ldap_groups *rights; /* the same */
  uint8_t *service_password;
  struct ldap_jobs *jobs;
  struct ldap_controller *controllers;

  struct loop_thread *thread;
  uv_async_t wake; /* there is a job, or the end has come */
  uv_timer_t tick; /* while something waits */
  atomic_bool is_stopping;

  struct ldap_job *lookups, **lookups_end; /* that wait for a connection */
};

/* ---- ldap_answer.c ---- */

void ldap_tell(const struct ldap_primary *primary, struct ldap_event event);
void ldap_deliver(const struct ldap_primary *primary, uint64_t login_id,
                  const radmfa_primary_answer *answer);
/* Each of these is the end of the job. */
void ldap_refuse(struct ldap_primary *primary, struct ldap_job *job, radmfa_reason reason,
                 const char *outcome);
void ldap_give_up(struct ldap_primary *primary, struct ldap_job *job, bool was_asked,
                  const char *outcome, radmfa_span detail);
void ldap_let_in(struct ldap_primary *primary, struct ldap_job *job);

/* ---- ldap.c ---- */

/* Has what waits ended in time. */
void ldap_watch(struct ldap_primary *primary);

/* ---- ldap_rights.c ---- */

/* Lets him in, once it is known what he may; on the line that has found him. */
void ldap_let_in_with_rights(struct ldap_primary *primary, struct ldap_job *job,
                             struct ldap_line *line);

/* ---- ldap_search.c ---- */

/* His password was right, on this line; ends the job in its time. */
void ldap_look_up(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line);
/* Those that wait for a connection: as many as have one now; those whose time is over. */
void ldap_begin_lookups(struct ldap_primary *primary);
void ldap_end_late_lookups(struct ldap_primary *primary, uint64_t now_ms);

#endif
