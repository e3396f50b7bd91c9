/* error.h: the one list of errors. libuv's codes (above -5000) pass through functions of the
 * libuv part unchanged. */
#ifndef RADMFA_ERROR_H
#define RADMFA_ERROR_H

#include <radmfa/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, number, what it means) */
#define RADMFA_ERROR_MAP(X)                                                           \
  X(TRUNCATED, -10001, "shorter than its header says")                                \
  X(MALFORMED, -10002, "not a well-formed RADIUS packet")                             \
  X(FORGED, -10003, "authenticator does not match")                                   \
  X(NO_MESSAGE_AUTHENTICATOR, -10004, "no Message-Authenticator where one is needed") \
  X(TOO_BIG, -10005, "does not fit")                                                  \
  X(NO_MEMORY, -10006, "out of memory")                                               \
  X(INVALID, -10007, "invalid argument")                                              \
  X(NOT_FOUND, -10008, "no such thing")                                               \
  X(EXISTS, -10009, "exists already")                                                 \
  X(BUSY, -10010, "in use")                                                           \
  X(TIMED_OUT, -10011, "no answer in time")                                           \
  X(UNREACHABLE, -10012, "nobody there who could answer")                             \
  X(CANCELLED, -10013, "cancelled")                                                   \
  X(TLS, -10014, "TLS failed")                                                        \
  X(CERTIFICATE, -10015, "certificate is not to be trusted")                          \
  X(NAME, -10016, "certificate is for another name")                                  \
  X(INJECTED, -10017, "unencrypted octets where TLS must begin")

typedef enum radmfa_error {
#define RADMFA_ERROR_ENUM(name, number, text) RADMFA_E_##name = number,
  RADMFA_ERROR_MAP(RADMFA_ERROR_ENUM)
#undef RADMFA_ERROR_ENUM
} radmfa_error;

/* radmfa_strerror says what one of the errors above, or 0, means: a constant text, never NULL
 * ("unknown error" for other numbers; libuv's own are for uv_strerror). Any thread. */
RADMFA_API const char *radmfa_strerror(int error);

#ifdef __cplusplus
}
#endif
#endif
