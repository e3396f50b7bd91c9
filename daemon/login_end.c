#include "login_end.h"

#include <time.h>

static uint64_t wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void note(struct store *store, const radmfa_notice *notice, const char *primary) {
  const struct store_login login = {.time_ms = wall_ms(),
                                    .login_id = notice->login_id,
                                    .primary = primary,
                                    .user = notice->user,
                                    .identity = notice->identity,
                                    .client = notice->client,
                                    .peer = notice->peer,
                                    .policy = notice->policy,
                                    .verdict = radmfa_verdict_name(notice->verdict),
                                    .reason = radmfa_reason_name(notice->reason),
                                    .factor = notice->factor,
                                    .primary_ms = notice->primary_ms,
                                    .factor_ms = notice->factor_ms,
                                    .total_ms = notice->total_ms};
  store_note_login(store, &login);
}

/* In memory at once; the store's word lasts, and comes when it is on the disk. */
static void block(const struct login_end *end, const radmfa_notice *notice, const char *primary) {
  radmfa_span who = notice->identity.len ? notice->identity : notice->user;
  bool is_kept = blocklist_add(end->blocklist, who);
  bool lasts = end->store && primary &&
               !store_block(end->store, primary, who, notice->user, "reported fraud", NULL, NULL);
  if (lasts)
    log_message(end->log, LOG_LEVEL_WARNING,
                "user %.*s reported fraud and is blocked until an administrator unblocks him",
                (int)who.len, (const char *)who.ptr);
  else if (is_kept)
    log_message(end->log, LOG_LEVEL_WARNING,
                "user %.*s reported fraud and is blocked until radmfad is started again",
                (int)who.len, (const char *)who.ptr);
  else
    log_message(end->log, LOG_LEVEL_ERROR,
                "user %.*s reported fraud and could not be blocked: too many blocked users",
                (int)who.len, (const char *)who.ptr);
}

void login_end_take(const struct login_end *end, const radmfa_notice *notice, const char *primary) {
  if (end->store) note(end->store, notice, primary);
  if (notice->reason == RADMFA_REASON_FRAUD) block(end, notice, primary);
}
