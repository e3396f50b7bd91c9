/* file.c: who is it, is the password right, is he blocked: in this order for everybody, so that the
 * time an answer takes tells nobody which names exist. */
#include "file.h"

#include "../fold.h"
#include "../hashing.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 4u
#define QUEUE_DEFAULT 1000u

struct file_primary {
  struct file_primary_options options;
  struct hashing *hashing; /* NULL where nobody has a hash */
  uint8_t key[FOLD_KEY_SIZE];
};

/* Nobody: a clear password is compared with his where the name is unknown. */
static const struct user nobody = {.name = "", .password_kind = USER_PASSWORD_CLEAR};

/* ---- answers ---- */

/* Where the answer can't be delivered the login ends at its deadline (backend.h): nothing to be
 * done here. */
static void deliver(const struct file_primary *primary, uint64_t login_id,
                    const radmfa_primary_answer *answer) {
  (void)primary->options.deliver(primary->options.answers, login_id, answer);
}

static void refuse(const struct file_primary *primary, uint64_t login_id, radmfa_reason reason) {
  deliver(primary, login_id,
          &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_REJECT, .reason = reason});
}

static void accept(const struct file_primary *primary, uint64_t login_id, const struct user *user) {
  deliver(primary, login_id,
          &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT,
                                   .identity = radmfa_text(user->name)});
}

/* `user` is NULL for a name that does not exist. */
static void conclude(const struct file_primary *primary, uint64_t login_id, const struct user *user,
                     bool right) {
  if (!user)
    refuse(primary, login_id, RADMFA_REASON_UNKNOWN_USER);
  else if (blocklist_has(primary->options.blocklist, radmfa_text(user->name)))
    refuse(primary, login_id, RADMFA_REASON_BLOCKED);
  else if (!right)
    refuse(primary, login_id, RADMFA_REASON_WRONG_PASSWORD);
  else
    accept(primary, login_id, user);
}

static void hashing_done(void *context, uint64_t login_id, const void *user, bool right) {
  conclude(context, login_id, user, right);
}

/* ---- checks ---- */

static void check_clear(struct file_primary *primary, const radmfa_request *request,
                        const struct user *user) {
  bool right = users_clear_password_is(user ? user : &nobody, request->password);
  conclude(primary, request->login_id, user, right);
}

/* An unknown name costs one verification of somebody's hash; its outcome counts for nothing.
 * Written with one domain or another it is one subject too, else its places in the queue would tell
 * that nobody has it. */
static void check_hash(struct file_primary *primary, const radmfa_request *request,
                       const struct user *user) {
  radmfa_span name = user ? radmfa_text(user->name) : users_without_domain(request->user);
  const struct hashing_job job = {
      .login_id = request->login_id,
      .client = fold_hash(primary->key, radmfa_text(request->client)),
      .subject = fold_hash(primary->key, name),
      .hash = user ? user->password_hash : users_any_hash(primary->options.users),
      .user = user,
      .password = request->password,
  };
  if (!hashing_submit(primary->hashing, &job))
    deliver(primary, request->login_id,
            &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_OVER_LIMIT});
}

static bool goes_by_hash(const struct file_primary *primary, const struct user *user) {
  return user ? user->password_kind == USER_PASSWORD_ARGON2ID : primary->hashing != NULL;
}

static void start(void *backend, const radmfa_request *request) {
  struct file_primary *primary = backend;
  const struct user *user = users_find(primary->options.users, request->user);
  if (request->password.len == 0)
    refuse(primary, request->login_id, RADMFA_REASON_WRONG_PASSWORD); /* nobody has an empty one */
  else if (goes_by_hash(primary, user))
    check_hash(primary, request, user);
  else
    check_clear(primary, request, user);
}

static void cancel(void *backend, uint64_t login_id) {
  struct file_primary *primary = backend;
  if (primary->hashing) hashing_cancel(primary->hashing, login_id);
}

const radmfa_primary file_primary_vtable = {
    .methods = RADMFA_METHOD_PAP, .start = start, .cancel = cancel};

/* ---- life ---- */

static unsigned threads_for_this_machine(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (cores < 1) return 1;
  return cores < (long)THREADS_MAX ? (unsigned)cores : THREADS_MAX;
}

static bool start_hashing(struct file_primary *primary) {
  const struct hashing_options options = {
      .threads = primary->options.threads ? primary->options.threads : threads_for_this_machine(),
      .queue_max = primary->options.queue_max ? primary->options.queue_max : QUEUE_DEFAULT,
      .done = hashing_done,
      .context = primary,
  };
  primary->hashing = hashing_new(&options);
  return primary->hashing != NULL;
}

struct file_primary *file_primary_new(const struct file_primary_options *options) {
  struct file_primary *primary = calloc(1, sizeof *primary);
  if (!primary) return NULL;
  primary->options = *options;
  randombytes_buf(primary->key, sizeof primary->key);
  if (!users_any_hash(options->users) || start_hashing(primary)) return primary;
  free(primary);
  return NULL;
}

void file_primary_free(struct file_primary *primary) {
  if (!primary) return;
  hashing_free(primary->hashing);
  free(primary);
}
