/* log.h: the log of radmfad: notices of the library and messages of the daemon become lines of
 * JSON or text on stderr. A line is formatted by the caller's thread into a ring, of which each of
 * 16 has its own; one writer thread writes. Nothing here ever waits for the reader of the log: when
 * the ring is full lines are lost and counted, and the next line that fits says how many. Any
 * thread. */
#ifndef RADMFAD_LOG_H
#define RADMFAD_LOG_H

#include <radmfa/engine.h>
#include <radmfa/upstream.h>

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log;

/* Lines go to `fd`. NULL when out of memory or threads. */
struct log *log_new(int fd, enum log_format format, enum log_level level);
void log_free(
    struct log *
        /* writes what is in the ring first (but gives a reader that stands still up after 2 s) */
        log);
void log_set(struct log *log, enum log_format format, enum log_level level); /* after a reload */
bool log_wants(const struct log *log, enum log_level level);

/* A login, factor_start or drop line (design.md section 7). Drops are gathered: at most one line
 * a second for each reason (for limit: for each client and reason), with the count since the
 * last. */
void log_notice(struct log *log, const radmfa_notice *notice);

/* An upstream_dead or upstream_alive line, or a drop line for a reply that is not believed. */
void log_upstream(struct log *log, const radmfa_upstream_notice *notice);

struct ldap_event;

/* An ldap_up or ldap_down line (warning), or an ldap_refused or ldap_unanswered line (info). */
void log_ldap(struct log *log, const struct ldap_event *event);

struct call_event;

/* A call line (info), or a line of a trunk (warning). */
void log_call(struct log *log, const struct call_event *event);

struct user_event;

/* A sign_in, enrolment or user_change line (info). */
void log_user_event(struct log *log, const struct user_event *event);

/* A message: event "message" with fields level and text; the text is printf's, at most 500
 * octets, escaped like all else. */
__attribute__((format(printf, 3, 4))) void log_message(struct log *log, enum log_level level,
                                                       const char *format, ...);

uint64_t log_lost(const struct log *log); /* lines lost so far */

#endif
