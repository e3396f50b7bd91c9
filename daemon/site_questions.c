/* site_questions.c: what is asked of backends outside of logins, and where their answers go. */
#include "admission.h"
#include "factor/call.h"
#include "factor/simulated.h"
#include "primary/file.h"
#include "primary/ldap.h"
#include "questions.h"
#include "site_parts.h"
#include "store/store.h"
#include "thread.h"

#include <radmfa/attr.h>
#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT "portal" /* as which it takes turns with RADIUS clients */

/* ---- answers ---- */

int site_deliver_primary(void *user, uint64_t id, const radmfa_primary_answer *answer) {
  const struct primary_at_work *primary = user;
  const struct site_options *options = &primary->site->options;
  if (!question_is(id))
    return admission_answer(options->admission, primary->name, id, (radmfa_span){0}, answer);
  questions_answer_primary(options->questions, id, answer);
  return 0;
}

/* An upstream says that the password is right, and not whose it is. Whom the store or a users file
 * has is one person under each form of his name: blocked under one, he is under all. */
static radmfa_span person_of(const struct primary_at_work *primary, radmfa_span typed,
                             struct store_user *out_user) {
  const struct site *site = primary->site;
  struct store *store = site->options.store;
  if (store && (store_find(store, primary->name, typed, out_user) ||
                store_find(store, primary->name, users_without_domain(typed), out_user)))
    return radmfa_text(out_user->identity);
  const struct user *listed = site_find_user(site, (size_t)(primary - site->primaries), typed);
  return radmfa_text(listed ? listed->name : NULL);
}

int site_deliver_upstream(void *user, uint64_t id, radmfa_span typed_user,
                          const radmfa_primary_answer *answer) {
  const struct primary_at_work *primary = user;
  radmfa_primary_answer named = *answer;
  struct store_user found;
  if (answer->verdict == RADMFA_PRIMARY_ACCEPT && !answer->identity.len)
    named.identity = person_of(primary, typed_user, &found);
  int error =
      admission_answer(primary->site->options.admission, primary->name, id, typed_user, &named);
  radmfa_wipe(&found, sizeof found);
  return error;
}

bool site_is_admitted(void *user, radmfa_span identity, radmfa_span typed_user) {
  const struct primary_at_work *primary = user;
  const struct site_options *options = &primary->site->options;
  radmfa_span who = identity.len ? identity : typed_user;
  struct store_user found;
  if (blocklist_has(options->blocklist, who)) return false;
  if (!options->store || !store_find(options->store, primary->name, who, &found)) return true;
  bool is_blocked = found.is_blocked;
  radmfa_wipe(&found, sizeof found);
  return !is_blocked;
}

int site_deliver_factor(void *user, uint64_t id, radmfa_factor_answer answer) {
  const struct factor_at_work *factor = user;
  const struct site_options *options = &factor->site->options;
  if (!question_is(id)) return radmfa_answer_factor(options->join_table, id, answer);
  if (factor->simulated && answer == RADMFA_FACTOR_APPROVED)
    questions_progress(options->questions, id, "answered");
  questions_answer_factor(options->questions, id, answer);
  return 0;
}

void site_deliver_progress(void *user, uint64_t id, enum call_state state) {
  static const char *const words[CALL_STATE_COUNT] = {
      [CALL_DIALLING] = "calling", [CALL_RINGING] = "ringing", [CALL_TALKING] = "answered"};
  const struct site_options *options = &((const struct factor_at_work *)user)->site->options;
  if (question_is(id) && words[state]) questions_progress(options->questions, id, words[state]);
}

static const struct config_policy *find_policy(const struct site *site, const char *name) {
  for (size_t i = 0; i < site->config->n_policies; i++)
    if (strcmp(site->config->policies[i].name, name) == 0) return &site->config->policies[i];
  return NULL;
}

/* ---- passwords ---- */

struct password {
  site_password_cb done;
  void *user;
  size_t name_len;
  uint8_t name[RADMFA_ATTR_VALUE_SIZE_MAX];
};

static enum site_password_result result_of(radmfa_primary_verdict verdict) {
  switch (verdict) {
    case RADMFA_PRIMARY_ACCEPT: return SITE_PASSWORD_RIGHT;
    case RADMFA_PRIMARY_UNAVAILABLE: return SITE_PASSWORD_UNAVAILABLE;
    case RADMFA_PRIMARY_OVER_LIMIT: return SITE_PASSWORD_OVER_LIMIT;
    case RADMFA_PRIMARY_CHALLENGE: /* nobody could answer it */
    case RADMFA_PRIMARY_REJECT: break;
  }
  return SITE_PASSWORD_WRONG;
}

static void on_primary(const radmfa_primary_answer *answer, void *user) {
  struct password *password = user;
  struct site_password_answer told = {.result = result_of(answer->verdict),
                                      .reason = answer->reason,
                                      .admission = answer->admission};
  if (told.result == SITE_PASSWORD_RIGHT)
    told.identity =
        answer->identity.len ? answer->identity : (radmfa_span){password->name, password->name_len};
  password->done(&told, password->user);
  free(password);
}

static const radmfa_primary *primary_of(const struct site *site, size_t at, void **out_backend) {
  const struct primary_at_work *primary = &site->primaries[at];
  *out_backend = primary->file ? (void *)primary->file : primary->ldap;
  return primary->file ? &file_primary_vtable : primary->ldap ? &ldap_primary_vtable : NULL;
}

static struct password *new_password(radmfa_span user, site_password_cb done, void *done_user) {
  struct password *password = calloc(1, sizeof *password);
  if (!password) return NULL;
  password->done = done;
  password->user = done_user;
  password->name_len = user.len;
  memcpy(password->name, user.ptr, user.len);
  return password;
}

int site_check_password(struct site *site, const char *policy_name, radmfa_span user,
                        radmfa_span password, uint32_t wait_ms, site_password_cb done,
                        void *done_user) {
  const struct config_policy *policy = find_policy(site, policy_name);
  void *backend = NULL;
  const radmfa_primary *primary = policy ? primary_of(site, policy->primary, &backend) : NULL;
  if (!primary) return RADMFA_E_NOT_FOUND;
  if (!user.len || user.len > RADMFA_ATTR_VALUE_SIZE_MAX || !password.len ||
      password.len > RADMFA_PASSWORD_SIZE_MAX)
    return RADMFA_E_INVALID;
  struct password *asked = new_password(user, done, done_user);
  struct question question = {.wait_ms = wait_ms,
                              .cancel = primary->cancel,
                              .backend = backend,
                              .primary = on_primary,
                              .user = asked};
  uint64_t id = asked ? questions_open(site->options.questions, &question) : 0;
  if (!id) {
    free(asked);
    return RADMFA_E_NO_MEMORY;
  }
  uint64_t now_ms = thread_now_ms();
  radmfa_request request = {.login_id = id,
                            .method = RADMFA_METHOD_PAP,
                            .user = user,
                            .password = password,
                            .client = CLIENT,
                            .policy = policy_name,
                            .now_ms = now_ms,
                            .deadline_ms = now_ms + wait_ms};
  primary->start(backend, &request);
  return 0;
}

/* ---- calls ---- */

static void cancel_call(void *backend, uint64_t id) {
  call_factor_cancel(backend, id);
}

static void place_call(struct factor_at_work *factor, size_t policy, uint64_t id,
                       const struct site_call_request *request) {
  struct callee callee = {0};
  uint64_t now_ms = thread_now_ms();
  site_find_callee(factor, policy, request->identity, now_ms, &callee);
  callee.phone =
      (struct phone){.kind = PHONE_GOOD, .number = *request->number, .is_verified = true};
  /* who has none so far sets one in the portal */
  callee.wants_pin = callee.wants_pin && (callee.pin_hash[0] || callee.pin_user);
  if (request->language) snprintf(callee.language, sizeof callee.language, "%s", request->language);
  struct call_request call = {.id = id,
                              .identity = request->identity,
                              .purpose = request->purpose,
                              .deadline_ms = now_ms + request->wait_ms,
                              .callee = &callee};
  call_factor_place(factor->call, &call);
}

/* It rings nowhere, and who watches sees it as if it did. */
static void pretend_to_call(struct factor_at_work *factor, uint64_t id,
                            const struct site_call_request *request) {
  struct questions *questions = factor->site->options.questions;
  uint64_t now_ms = thread_now_ms();
  radmfa_request start = {.login_id = id,
                          .identity = request->identity,
                          .user = request->identity,
                          .client = CLIENT,
                          .policy = request->policy,
                          .now_ms = now_ms,
                          .deadline_ms = now_ms + request->wait_ms};
  questions_progress(questions, id, "calling");
  questions_progress(questions, id, "ringing");
  simulated_vtable.start(factor->simulated, &start);
}

static struct factor_at_work *factor_that_calls(const struct site *site,
                                                const struct config_policy *policy) {
  for (size_t i = 0; policy && i < policy->n_factors; i++) {
    struct factor_at_work *factor = &site->factors[policy->factors[i]];
    if (factor->call || factor->simulated) return factor;
  }
  return NULL;
}

int site_call(struct site *site, const struct site_call_request *request,
              void (*progress)(const char *word, void *user),
              void (*done)(radmfa_factor_answer answer, void *user), void *user, uint64_t *out_id) {
  const struct config_policy *policy = find_policy(site, request->policy);
  struct factor_at_work *factor = factor_that_calls(site, policy);
  if (!factor) return RADMFA_E_NOT_FOUND;
  struct question question = {.wait_ms = request->wait_ms,
                              .cancel = factor->call ? cancel_call : NULL,
                              .backend = factor->call,
                              .factor = done,
                              .progress = progress,
                              .user = user};
  uint64_t id = questions_open(site->options.questions, &question);
  if (!id) return RADMFA_E_NO_MEMORY;
  *out_id = id;
  if (factor->call)
    place_call(factor, (size_t)(policy - site->config->policies), id, request);
  else
    pretend_to_call(factor, id, request);
  return 0;
}

void site_end_call(struct site *site, uint64_t id) {
  questions_end(site->options.questions, id);
}
