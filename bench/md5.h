/* md5.h: MD5 by way of the library's public interface, for what the library does not make itself:
 * packets without Message-Authenticator, and CHAP-Password. */
#ifndef RADMFA_BENCH_MD5_H
#define RADMFA_BENCH_MD5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD5_SIZE 16u

/* Of 17 octets or more; false where memory is short. */
bool md5(const uint8_t *text, size_t len, uint8_t out_digest[MD5_SIZE]);

#endif
