/* verbs_history.c: how logins ended, for administrators. */
#include "history.h"
#include "verb_inside.h"

/* By name, and by identity where the store knows one: he has logins of before his primary said who
 * he is. */
static bool choose_user(struct control_call *call, const struct control_world *world,
                        const json_t *arguments, struct store_user *user,
                        struct store_history_filter *filter) {
  const char *typed = NULL, *primary = NULL;
  if (!take_text(call, arguments, "user", &typed) ||
      !take_text(call, arguments, "primary", &primary))
    return false;
  if (!typed) return true;
  filter->user = filter->identity = radmfa_text(typed);
  if (store_find_name(world->store, primary, radmfa_text(typed), user)) return true;
  filter->identity = radmfa_text(user->identity);
  return true;
}

void verb_history(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  struct store_history_filter filter = {0};
  struct store_user user = {0};
  const char *before = NULL;
  uint64_t max = 100;
  if (!need_store(call, world) || !choose_user(call, world, arguments, &user, &filter) ||
      !take_time(call, arguments, "from", &filter.from_ms) ||
      !take_time(call, arguments, "until", &filter.until_ms) ||
      !take_text(call, arguments, "verdict", &filter.verdict) ||
      !take_text(call, arguments, "reason", &filter.reason) ||
      !take_text(call, arguments, "before", &before) ||
      !take_count(call, arguments, "max", 1, HISTORY_MAX, &max))
    return;
  filter.max = (size_t)max;
  if (before && !history_cursor_parse(before, &filter.before))
    control_fail(call, "bad_request", "`before` is what stood in `more`");
  else
    history_answer(call, world->store, &filter, history_login);
  radmfa_wipe(&user, sizeof user);
}
