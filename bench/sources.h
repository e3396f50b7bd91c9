/* sources.h: the local addresses that logins come from, so that a server sees several clients. */
#ifndef RADMFA_BENCH_SOURCES_H
#define RADMFA_BENCH_SOURCES_H

#include <radmfa/base.h>

#define SOURCES_MAX 4096u

/* Addresses that follow one another. */
struct sources {
  radmfa_address first;
  uint64_t count; /* 0: one, which the system chooses */
};

/* "64" (so many from 127.0.1.1 on), "10.0.0.5" or "10.0.0.5..10.0.0.9"; a reader of an option
 * (values.h). */
bool read_sources(const char *text, void *out);

radmfa_address sources_get(const struct sources *sources, uint64_t number);

#endif
