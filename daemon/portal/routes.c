/* routes.c: the table. */
#include "routes.h"

#include "pages.h"

#include <string.h>

/* clang-format off */
static const struct route routes[] = {
    {"/",                    false, ROUTE_NEEDS_SESSION,  page_home,              false},
    {"/sign-in",             false, ROUTE_NEEDS_NOTHING,  page_sign_in,           false},
    {"/sign-in",             true,  ROUTE_NEEDS_NOTHING,  page_post_sign_in,      false},
    {"/sign-out",            true,  ROUTE_NEEDS_SESSION,  page_post_sign_out,     false},
    {"/language",            true,  ROUTE_NEEDS_NOTHING,  page_post_language,     false},
    {"/verify",              false, ROUTE_NEEDS_SESSION,  page_verify,            false},
    {"/verify/call",         true,  ROUTE_NEEDS_SESSION,  page_post_verify_call,  false},
    {"/verify/code",         true,  ROUTE_NEEDS_SESSION,  page_post_verify_code,  false},
    {"/call",                false, ROUTE_NEEDS_SESSION,  page_call,              false},
    {"/call/stop",           true,  ROUTE_NEEDS_SESSION,  page_post_call_stop,    false},
    {"/invite",              false, ROUTE_NEEDS_SESSION,  page_invite,            false},
    {"/invite",              true,  ROUTE_NEEDS_SESSION,  page_post_invite,       false},
    {"/number",              false, ROUTE_NEEDS_VERIFIED, page_number,            false},
    {"/number",              true,  ROUTE_NEEDS_VERIFIED, page_post_number,       false},
    {"/pin",                 false, ROUTE_NEEDS_VERIFIED, page_pin,               false},
    {"/pin",                 true,  ROUTE_NEEDS_VERIFIED, page_post_pin,          false},
    {"/factor",              false, ROUTE_NEEDS_VERIFIED, page_factor,            false},
    {"/factor",              true,  ROUTE_NEEDS_VERIFIED, page_post_factor,       false},
    {"/app",                 false, ROUTE_NEEDS_VERIFIED, page_app,               false},
    {"/app/begin",           true,  ROUTE_NEEDS_VERIFIED, page_post_app_begin,    false},
    {"/app/confirm",         true,  ROUTE_NEEDS_VERIFIED, page_post_app_confirm,  false},
    {"/app/remove",          true,  ROUTE_NEEDS_VERIFIED, page_post_app_remove,   false},
    {"/logins",              false, ROUTE_NEEDS_VERIFIED, page_logins,            false},
    {"/logins/report",       true,  ROUTE_NEEDS_VERIFIED, page_post_report,       false},
    {"/admin/users",         false, ROUTE_NEEDS_ADMIN,    page_users,             false},
    {"/admin/user",          false, ROUTE_NEEDS_ADMIN,    page_user,              false},
    {"/admin/user/block",    true,  ROUTE_NEEDS_ADMIN,    page_post_block,        false},
    {"/admin/user/unblock",  true,  ROUTE_NEEDS_ADMIN,    page_post_unblock,      false},
    {"/admin/user/bypass",   true,  ROUTE_NEEDS_ADMIN,    page_post_bypass,       false},
    {"/admin/user/invite",   true,  ROUTE_NEEDS_ADMIN,    page_post_user_invite,  false},
    {"/admin/pending",       false, ROUTE_NEEDS_ADMIN,    page_pending,           false},
    {"/admin/pending/hangup", true, ROUTE_NEEDS_ADMIN,    page_post_hangup,       false},
    {"/admin/history",       false, ROUTE_NEEDS_ADMIN,    page_history,           false},
    {"/admin/history.csv",   false, ROUTE_NEEDS_ADMIN,    page_history_csv,       false},
    {"/static/portal.css",   false, ROUTE_NEEDS_NOTHING,  page_file,              true},
    {"/static/portal.js",    false, ROUTE_NEEDS_NOTHING,  page_file,              true},
    {"/static/icon.svg",     false, ROUTE_NEEDS_NOTHING,  page_file,              true},
};
/* clang-format on */

const struct route *routes_find(const char *path, bool is_post, bool *out_other_method) {
  *out_other_method = false;
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    if (strcmp(routes[i].path, path) != 0) continue;
    if (routes[i].is_post == is_post) return &routes[i];
    *out_other_method = true;
  }
  return NULL;
}

const struct route *routes_all(size_t *out_count) {
  *out_count = sizeof routes / sizeof *routes;
  return routes;
}
