#include "portal/session.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

static const uint8_t key[SESSION_CSRF_KEY_SIZE] = {1, 2, 3};

static const char *found(const char *header) {
  static char value[SESSION_TOKEN_SIZE];
  return session_find_cookie(header, SESSION_COOKIE, value) ? value : NULL;
}

Test(session, the_cookie_is_found_among_others) {
  cr_assert_str_eq(found("__Host-radmfa=abc"), "abc");
  cr_assert_str_eq(found("a=b; __Host-radmfa=a-b_c.9 ; c=d"), "a-b_c.9");
  cr_assert_str_eq(found("x__Host-radmfa=evil; __Host-radmfa-language=de; __Host-radmfa=good"),
                   "good");
}

Test(session, what_is_no_token_is_not_taken) {
  char longer[SESSION_TOKEN_SIZE + 32] = "__Host-radmfa=";
  memset(longer + strlen(longer), 'a', SESSION_TOKEN_SIZE);
  cr_assert_null(found(NULL));
  cr_assert_null(found(""));
  cr_assert_null(found("__Host-radmfa"));
  cr_assert_null(found("__Host-radmfa="));
  cr_assert_null(found("__host-radmfa=abc"));
  cr_assert_null(found("__Host-radmfa=a b"));
  cr_assert_null(found("__Host-radmfa=\"abc\""));
  cr_assert_null(found("__Host-radmfa=a\\u0000"));
  cr_assert_null(found(longer));
}

Test(session, a_token_of_before_the_sign_in_is_known_as_such) {
  char a[SESSION_TOKEN_SIZE], b[SESSION_TOKEN_SIZE];
  cr_assert_geq(sodium_init(), 0);
  session_make_before(a);
  session_make_before(b);
  cr_assert(session_is_before(a));
  cr_assert_str_neq(a, b);
  cr_assert_geq(strlen(a), 40);
  cr_assert_not(session_is_before("pAbc"));
}

Test(session, a_form_is_good_for_its_cookie_alone) {
  char csrf[SESSION_CSRF_SIZE];
  const uint8_t other_key[SESSION_CSRF_KEY_SIZE] = {1};
  session_csrf(key, "token", csrf);
  cr_assert_eq(strlen(csrf), SESSION_CSRF_SIZE - 1);
  cr_assert(session_csrf_is(key, "token", csrf));
  cr_assert_not(session_csrf_is(key, "token2", csrf));
  cr_assert_not(session_csrf_is(other_key, "token", csrf));
  cr_assert_not(session_csrf_is(key, "token", NULL));
  cr_assert_not(session_csrf_is(key, "token", ""));
  csrf[3] = (char)(csrf[3] == 'a' ? 'b' : 'a');
  cr_assert_not(session_csrf_is(key, "token", csrf));
  session_csrf(key, "", csrf);
  cr_assert_not(session_csrf_is(key, "", csrf));
}

Test(session, a_form_comes_from_a_page_of_ours) {
  cr_assert(session_same_origin("portal.test:8443", "https://portal.test:8443", "same-origin"));
  cr_assert(session_same_origin("portal.test", "https://PORTAL.test", NULL));
  cr_assert(session_same_origin("portal.test", NULL, NULL));
  cr_assert(session_same_origin("portal.test", NULL, "none"));
  cr_assert_not(session_same_origin("portal.test", "https://evil.test", NULL));
  cr_assert_not(session_same_origin("portal.test", "https://portal.test.evil.test", NULL));
  cr_assert_not(session_same_origin("portal.test", "http://portal.test", NULL));
  cr_assert_not(session_same_origin("portal.test", "null", NULL));
  cr_assert_not(session_same_origin(NULL, "https://portal.test", NULL));
  cr_assert_not(session_same_origin("portal.test", NULL, "cross-site"));
  cr_assert_not(session_same_origin("portal.test", "https://portal.test", "same-site"));
}

Test(session, cookies_are_for_us_alone) {
  char cookie[256];
  session_set_cookie(SESSION_COOKIE, "abc", 0, cookie, sizeof cookie);
  cr_assert_str_eq(cookie, "__Host-radmfa=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
  session_set_cookie(SESSION_COOKIE, "", 60, cookie, sizeof cookie);
  cr_assert_not_null(strstr(cookie, "; Max-Age=0"));
  session_set_cookie(SESSION_COOKIE, "abc", 60, cookie, sizeof cookie);
  cr_assert_not_null(strstr(cookie, "; Max-Age=60"));
}
