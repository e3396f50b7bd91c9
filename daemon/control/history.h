/* history.h: how logins ended, as JSON, and who may be asked for. */
#ifndef RADMFAD_CONTROL_HISTORY_H
#define RADMFAD_CONTROL_HISTORY_H

#include "../store/store.h"
#include "control.h"

#define HISTORY_MAX 500u

/* All that is known of a login. NULL when out of memory. */
json_t *history_login(const struct store_login *login);

/* The page's place, for `before` of the next one; null where there is no more. */
json_t *history_cursor(const struct store_history_page *page);
RADMFA_MUST_USE bool history_cursor_parse(const char *text, struct store_history_place *out_place);

/* Ends `call` with {logins, more}, each login made by `show`. Copies the filter. */
void history_answer(struct control_call *call, struct store *store,
                    const struct store_history_filter *filter,
                    json_t *(*show)(const struct store_login *login));

#endif
