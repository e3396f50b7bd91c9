/* view.h: radmfad's objects as templates want them: every name is there, and of the right kind,
 * also where an older or newer radmfad leaves one out. */
#ifndef PORTAL_VIEW_H
#define PORTAL_VIEW_H

#include <jansson.h>
#include <stdbool.h>

struct request;

/* "" where it is no text. */
const char *view_text(const json_t *object, const char *name);
bool view_flag(const json_t *object, const char *name);
/* Puts a text, or null for NULL and "". */
void view_put(json_t *view, const char *name, const char *text);
void view_put_flag(json_t *view, const char *name, bool flag);

/* The values of ME, for the pages about oneself: number, extension, has_number, has_pin, wants_pin,
 * has_passcode, is_verified, must_verify, needs_invite, may_enrol, may_change, by_call,
 * by_passcode, has_call and has_app (the policy knows such a factor), has_choice. */
void view_put_me(json_t *view, const json_t *me);

/* A login of a history or of those that are pending; new, or NULL. */
json_t *view_login(const json_t *login);
/* A user; new, or NULL. */
json_t *view_user(const json_t *user);
/* A list of what `make` makes of each, under `name`. */
void view_put_list(json_t *view, const char *name, const json_t *list,
                   json_t *(*make)(const json_t *));

/* A cursor as a text for an address, and back; null, or NULL: none. */
void view_put_cursor(json_t *view, const char *name, const json_t *cursor);
json_t *view_take_cursor(const char *text);

/* "2026-12-01T09:00:00.000Z" under `name`, and "2026-12-01 09:00:00 UTC" under `name`_text. */
void view_put_time(json_t *view, const char *name, const char *time);

#endif
