/* ldap_search.c: who it is whose password was right: his entry, his groups, and the logins that
 * wait for a connection to look for them on. */
#include "ldap_inside.h"

#include "../thread.h"

#include <radmfa/error.h>

/* It is known who it is, and what his groups say. */
static void settle(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  if (blocklist_has(primary->options.blocklist, radmfa_text(job->lookup.identity)))
    ldap_refuse(primary, job, RADMFA_REASON_BLOCKED, "blocked");
  else if (job->standing == STANDING_REFUSE)
    ldap_refuse(primary, job, RADMFA_REASON_BLOCKED, "group");
  else
    ldap_let_in_with_rights(primary, job, line);
}

static void fail_lookup(struct ldap_primary *primary, struct ldap_job *job, const char *detail) {
  ldap_give_up(primary, job, true, "look_up", radmfa_text(detail));
}

/* Another server can say it as well: a question may be asked twice, a bind may not. */
static void look_up_again(struct ldap_primary *primary, struct ldap_job *job, const char *detail);

/* ---- his groups ---- */

static void learn(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  people_note_standing(primary->options.people, radmfa_text(job->lookup.identity), job->standing,
                       thread_now_ms());
  settle(primary, job, line);
}

static void ask_groups(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line);

static void conclude_groups(struct ldap_primary *primary, struct ldap_job *job,
                            struct ldap_line *line, int result) {
  const char *fault = ldap_groups_fault(&job->groups, result);
  if (fault)
    fail_lookup(primary, job, fault);
  else if (!ldap_groups_standing(primary->groups, &job->groups, &job->standing))
    ask_groups(primary, job, line);
  else
    learn(primary, job, line);
}

static void on_groups(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct ldap_controller *)job->owner)->primary;
  if (!message)
    look_up_again(primary, job, detail);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude_groups(primary, job, line, message->result);
  else
    ldap_groups_take(&job->groups, message);
}

/* On the connection that has found him. */
static void ask_groups(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  const struct ldap_lookup *lookup = &job->lookup;
  struct ldap_search search;
  if (!lookup->dn_len) {
    fail_lookup(primary, job, "the entry's name is empty, or longer than 1024 octets");
    return;
  }
  radmfa_span dn = {lookup->dn, lookup->dn_len};
  if (!ldap_groups_next(primary->groups, &job->groups, dn, &search)) {
    fail_lookup(primary, job, "the directory does not tell in which groups the user is");
    return;
  }
  int error = ldap_line_search(line, &search, on_groups, job);
  if (error) fail_lookup(primary, job, radmfa_strerror(error));
}

/* ---- who it is ---- */

/* His name, where no attribute is configured. */
static void take_name_for_identity(struct ldap_job *job) {
  char *to = job->lookup.identity;
  for (const char *c = job->name.user; *c && to < job->lookup.identity + LDAP_IDENTITY_MAX; c++)
    *to++ = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
  *to = '\0';
}

/* Who it is was asked: names change their owners. What is known of him need not be asked again. */
static void take_person(struct ldap_primary *primary, struct ldap_job *job,
                        struct ldap_line *line) {
  radmfa_span identity = radmfa_text(job->lookup.identity);
  struct people *people = primary->options.people;
  if (primary->lookup.number_attribute)
    people_note_number(people, identity, &job->lookup.phone, thread_now_ms());
  job->standing = STANDING_REQUIRE;
  if (!primary->groups || people_standing(people, identity, thread_now_ms(), &job->standing))
    settle(primary, job, line);
  else
    ask_groups(primary, job, line);
}

/* His password was right, and this is another person's entry: two accounts share a name in two
 * meanings, or the search does not reach his own. */
static void refuse_other(struct ldap_primary *primary, struct ldap_job *job) {
  ldap_refuse(primary, job, RADMFA_REASON_UNKNOWN_USER, "another_person");
}

static void conclude_search(struct ldap_primary *primary, struct ldap_job *job,
                            struct ldap_line *line, int result) {
  const char *fault = ldap_lookup_fault(&job->lookup, result);
  if (fault)
    fail_lookup(primary, job, fault);
  else if (!ldap_lookup_is_bound(&job->lookup, &primary->lookup))
    refuse_other(primary, job);
  else
    take_person(primary, job, line);
}

static void on_search(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct ldap_controller *)job->owner)->primary;
  if (!message)
    look_up_again(primary, job, detail);
  else if (message->type == LDAP_SEARCH_ENTRY)
    ldap_lookup_take_entry(&job->lookup, &primary->lookup, message);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude_search(primary, job, line, message->result);
  /* what lies in other domains (references) is not ours */
}

/* On the connection that the user was bound on, or over one of the service account's. */
static void begin_lookup(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line,
                         struct ldap_pool *pool) {
  struct ldap_lookup_search lookup;
  int error = ldap_lookup_begin(&primary->lookup, &job->name, &lookup);
  if (!error)
    error = line ? ldap_line_search(line, &lookup.search, on_search, job)
                 : ldap_pool_search(pool, &lookup.search, on_search, job);
  if (error) fail_lookup(primary, job, radmfa_strerror(error));
}

/* The server that knows the password knows the entry: another may not have heard of it yet. */
static struct ldap_pool *choose_searches(const struct ldap_primary *primary,
                                         const struct ldap_job *job) {
  const struct ldap_controller *own = job->owner;
  if (ldap_pool_may_ask(own->searches)) return own->searches;
  for (size_t i = 0; i < primary->options.n_servers; i++)
    if (ldap_pool_may_ask(primary->controllers[i].searches))
      return primary->controllers[i].searches;
  return NULL;
}

static struct ldap_job *take_lookup(struct ldap_primary *primary, struct ldap_job **link) {
  struct ldap_job *job = *link;
  *link = job->next;
  if (!*link) primary->lookups_end = link;
  return job;
}

void ldap_begin_lookups(struct ldap_primary *primary) {
  struct ldap_pool *pool;
  while (primary->lookups && (pool = choose_searches(primary, primary->lookups)))
    begin_lookup(primary, take_lookup(primary, &primary->lookups), NULL, pool);
}

static void queue_lookup(struct ldap_primary *primary, struct ldap_job *job) {
  job->until_ms = thread_now_ms() + primary->options.bind_timeout_ms;
  job->next = NULL;
  *primary->lookups_end = job;
  primary->lookups_end = &job->next;
}

static void look_up_again(struct ldap_primary *primary, struct ldap_job *job, const char *detail) {
  const struct ldap_controller *controller = job->owner;
  bool has_others = controller->searches && primary->options.n_servers > 1;
  if (!has_others || job->is_second_look_up || primary->is_stopping) {
    fail_lookup(primary, job, detail);
    return;
  }
  job->is_second_look_up = true;
  job->groups = (struct ldap_group_walk){0};
  ldap_lookup_restart(&job->lookup);
  queue_lookup(primary, job);
  ldap_begin_lookups(primary);
  ldap_watch(primary);
}

static void find(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  const struct ldap_controller *controller = job->owner;
  if (controller->searches)
    queue_lookup(primary, job);
  else
    begin_lookup(primary, job, line, NULL);
}

/* ---- whose password it was ---- */

static void conclude_token(struct ldap_primary *primary, struct ldap_job *job,
                           struct ldap_line *line) {
  if (ldap_token_is_empty(&job->lookup.token)) {
    fail_lookup(primary, job, "the directory does not tell who is bound (tokenGroups)");
    return;
  }
  find(primary, job, line);
  ldap_begin_lookups(primary);
  ldap_watch(primary);
}

static void on_token(struct ldap_line *line, const struct ldap_message *message, const char *detail,
                     void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct ldap_controller *)job->owner)->primary;
  if (!message)
    fail_lookup(primary, job, detail);
  else if (message->type == LDAP_SEARCH_ENTRY)
    ldap_token_take(&job->lookup.token, message);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude_token(primary, job, line);
}

/* Before anybody else is bound on this line. */
static void ask_token(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  int error = ldap_line_search(line, &ldap_token_question, on_token, job);
  if (error) fail_lookup(primary, job, radmfa_strerror(error));
}

void ldap_look_up(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  if (!primary->lookup.attribute) {
    take_name_for_identity(job);
    job->standing = STANDING_REQUIRE;
    settle(primary, job, line);
  } else if (primary->lookup.is_dn) {
    find(primary, job, line);
  } else {
    ask_token(primary, job, line);
  }
}

void ldap_end_late_lookups(struct ldap_primary *primary, uint64_t now_ms) {
  for (struct ldap_job **link = &primary->lookups; *link;) {
    if ((*link)->until_ms <= now_ms)
      fail_lookup(primary, take_lookup(primary, link), "no server could be asked in time");
    else
      link = &(*link)->next;
  }
}
