/* request.h: what a request asks: by which method, for whom, and what makes two requests the
 * same login. */
#ifndef RADMFA_CORE_REQUEST_H
#define RADMFA_CORE_REQUEST_H

#include "hash.h"

#include <radmfa/backend.h>

/* The one method of a request. False where it mixes several (RFC 3579 3.3, note 1), or where
 * User-Password is not of a length that RFC 2865 5.2 allows. */
RADMFA_MUST_USE bool radmfa__request_method(const radmfa_packet *packet, radmfa_method *out_method);

radmfa_span radmfa__request_user(const radmfa_packet *packet); /* empty where there is none */

/* A keyed hash of a user: ASCII letters in either case, without "DOMAIN\" and "@domain". */
uint64_t radmfa__user_hash(radmfa_hash_key key, radmfa_span user);

/* Two people of different domains may share a user name, and a password: names as typed, with their
 * domain, and identities that a primary gave tell them apart. Never 0. */
uint64_t radmfa__name_hash(radmfa_hash_key key, radmfa_span user);
uint64_t radmfa__person_hash(radmfa_hash_key key, radmfa_span user, radmfa_span identity);

/* The key of a login by PAP (design: "Join"): client, policy, user as above, password, and which
 * NAS and station it comes from. */
radmfa_hash128 radmfa__join_hash_pap(radmfa_hash_key key, const char *client, const char *policy,
                                     const radmfa_packet *packet, radmfa_span password);

/* The key of a login by another method, once its primary said yes. There is no password to tell
 * two people of one name apart, so it has the identity that the primary gave or, without one,
 * the name as typed with its domain. */
radmfa_hash128 radmfa__join_hash_other(radmfa_hash_key key, const char *client, const char *policy,
                                       const radmfa_packet *packet, radmfa_span identity);

/* Whether a password is not text (UTF-8 without control characters): most likely it was opened
 * with a wrong secret. */
bool radmfa__password_is_odd(radmfa_span password);

#endif
