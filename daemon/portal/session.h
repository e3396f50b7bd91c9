/* session.h: the cookie, and who may send forms. The cookie's value is radmfad's token of the
 * session; before the sign-in it is one of ours ("p." and random characters), which radmfad never
 * sees. A form carries a keyed hash of the cookie, so that another site, which can have the browser
 * send the cookie but cannot read it, has no form to send. Pure but for randomness. */
#ifndef PORTAL_SESSION_H
#define PORTAL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_COOKIE "__Host-radmfa"
#define SESSION_LANGUAGE_COOKIE "__Host-radmfa-language"
#define SESSION_TOKEN_SIZE 128u
#define SESSION_CSRF_KEY_SIZE 32u
#define SESSION_CSRF_SIZE 44u

/* The value of the cookie `name` in a Cookie header (RFC 6265 4.2.1; NULL: there is none). False,
 * and "": it is not there, too long, or has other characters than letters, digits, "-", "_", ".".*/
bool session_find_cookie(const char *header, const char *name, char out_value[SESSION_TOKEN_SIZE]);

/* Is it one of before a sign-in? */
bool session_is_before(const char *token);
void session_make_before(char out_token[SESSION_TOKEN_SIZE]);

/* What belongs into forms of the session with this cookie. */
void session_csrf(const uint8_t key[SESSION_CSRF_KEY_SIZE], const char *token,
                  char out_csrf[SESSION_CSRF_SIZE]);
/* In constant time. */
bool session_csrf_is(const uint8_t key[SESSION_CSRF_KEY_SIZE], const char *token, const char *csrf);

/* Whether a form comes from a page of ours, as far as the browser says where it comes from; each
 * may be NULL: it says nothing. `host` is the Host header's. */
bool session_same_origin(const char *host, const char *origin, const char *sec_fetch_site);

/* Set-Cookie for this value, kept for so long, 0: until the browser is closed; "" makes the browser
 * forget it. */
void session_set_cookie(const char *name, const char *value, uint32_t seconds, char *out,
                        size_t size);

#endif
