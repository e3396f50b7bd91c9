#include "portal/routes.h"

#include "portal/pages.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct route *found(const char *path, bool is_post) {
  bool other;
  return routes_find(path, is_post, &other);
}

Test(routes, a_path_and_a_method_name_one_handler) {
  cr_assert_eq(found("/", false)->run, page_home);
  cr_assert_eq(found("/sign-in", false)->run, page_sign_in);
  cr_assert_eq(found("/sign-in", true)->run, page_post_sign_in);
}

Test(routes, paths_are_matched_as_they_are) {
  const char *const wrong[] = {"",
                               "//",
                               "/.",
                               "/../",
                               "/sign-in/",
                               "/SIGN-IN",
                               "/static/",
                               "/static/../portal.css",
                               "/static/%2e%2e/portal.css",
                               "/static/..%2fmain.c",
                               "/etc/passwd",
                               "/static//portal.css",
                               "/sign%2din"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_assert_null(found(wrong[i], false), "%s", wrong[i]);
}

Test(routes, the_other_method_is_told_of) {
  bool other;
  cr_assert_null(routes_find("/sign-out", false, &other));
  cr_assert(other);
  cr_assert_null(routes_find("/nowhere", true, &other));
  cr_assert_not(other);
}

Test(routes, no_route_is_there_twice) {
  size_t count;
  const struct route *routes = routes_all(&count);
  for (size_t i = 0; i < count; i++)
    cr_assert_eq(found(routes[i].path, routes[i].is_post), &routes[i]);
}

Test(routes, what_administrators_may_do_needs_one) {
  size_t count;
  const struct route *routes = routes_all(&count);
  for (size_t i = 0; i < count; i++) {
    bool is_admins = !strncmp(routes[i].path, "/admin/", 7);
    cr_assert_eq(is_admins, routes[i].needs == ROUTE_NEEDS_ADMIN, "%s", routes[i].path);
  }
}

Test(routes, nothing_is_changed_without_a_session_but_the_language) {
  size_t count;
  const struct route *routes = routes_all(&count);
  for (size_t i = 0; i < count; i++) {
    if (!routes[i].is_post || routes[i].needs != ROUTE_NEEDS_NOTHING) continue;
    cr_assert(!strcmp(routes[i].path, "/sign-in") || !strcmp(routes[i].path, "/language"));
  }
}
