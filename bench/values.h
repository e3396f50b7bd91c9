/* values.h: the text of an option becomes a value. Each reader writes `*out` (of the type that
 * stands beside it) and returns true, or leaves it alone and returns false. */
#ifndef RADMFA_BENCH_VALUES_H
#define RADMFA_BENCH_VALUES_H

#include <radmfa/base.h>

#define NS_PER_US 1000u
#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000u
#define DURATION_MAX_NS (24u * 3600u * (uint64_t)NS_PER_S)

#define RATE_MAX 1e7 /* per second */

struct retransmission {
  uint64_t every_ns;
  uint64_t times; /* 0: never */
};

bool read_text(const char *text, void *out);           /* const char *, borrowed */
bool read_number(const char *text, void *out);         /* uint64_t, "0" too */
bool read_count(const char *text, void *out);          /* uint64_t, 1 or more */
bool read_rate(const char *text, void *out);           /* double, above 0, RATE_MAX at most */
bool read_share(const char *text, void *out);          /* double, 0 to 1: "5%", "0.1%", "0" */
bool read_switch(const char *text, void *out);         /* bool: "on", "off" */
bool read_no(const char *text, void *out);             /* bool: sets it to false */
bool read_yes(const char *text, void *out);            /* bool: sets it to true */
bool read_duration(const char *text, void *out);       /* uint64_t ns: "20s", "10ms", "50us", "0" */
bool read_address(const char *text, void *out);        /* radmfa_address with a port */
bool read_listen_address(const char *text, void *out); /* the same, port 0 too */
bool read_retransmission(const char *text, void *out); /* struct retransmission: "5s,3", "none" */

/* read_duration for `len` characters. */
bool read_duration_part(const char *text, size_t len, uint64_t *out_ns);
/* A decimal number from the start of `text`, without sign; `*out_end` is what follows it. */
bool read_decimal(const char *text, const char **out_end, double *out);

#endif
