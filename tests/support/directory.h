/* directory.h: an LDAP server on a loop of the test: whoever has the password "right" may bind, and
 * there is one entry. It misbehaves when it is told to. */
#ifndef RADMFA_TEST_DIRECTORY_H
#define RADMFA_TEST_DIRECTORY_H

#include "tls_server.h"

enum mood {
  MOOD_GOOD,
  MOOD_SILENT,   /* answers when directory_answer_all is called, or never */
  MOOD_SLOW,     /* says its answer octet by octet, directory_say_octet each */
  MOOD_BROKEN,   /* says what is no LDAP message */
  MOOD_HANGS_UP, /* instead of an answer */
  MOOD_WRONG_ID,
  MOOD_UNASKED, /* says its answer twice */
  MOOD_OTHER,   /* answers something else than was asked */
  MOOD_NOTICE,  /* a Notice of Disconnection (RFC 4511 4.4.1), and then hangs up */
  MOOD_REFUSES, /* what it was asked: result 53 */
  MOOD_HUGE,    /* begins a message of a megabyte */
};

#define DIRECTORY_HELD_MAX 64
#define DIRECTORY_ENTRY "cn=somebody,dc=example"

struct directory_held {
  struct tls_server_peer *peer;
  uint8_t bytes[1024];
  size_t len;
};

struct directory {
  enum mood on_bind, on_search, on_probe, on_start_tls;
  enum mood on_groups;    /* a search at DIRECTORY_ENTRY */
  enum mood on_token;     /* who is bound? */
  const char *diagnostic; /* of a wrong password */
  int wrong_result;       /* 0: 49 */
  unsigned n_entries;     /* that a search finds */
  const char *attribute;  /* which they have, and its value */
  radmfa_span value;
  struct {
    const char *attribute, *value;
  } more[3];        /* that they have, too */
  unsigned n_pages; /* of so many entries each (RFC 2696), and the value ends with their number */
  bool has_no_end;  /* another page follows each */
  /* The SIDs of who is bound, and of its entry; empty: it has none. The same at first. */
  radmfa_span token[2], sid;
  const char *object_class; /* of its entry */
  /* The groups that its entry (DIRECTORY_ENTRY) is in, or in whose members' groups. */
  const char *groups[4], *outer_groups[4];
  bool hides_groups; /* nobody may ask */

  unsigned n_binds, n_searches, n_probes, n_tokens, n_start_tls, n_unbinds;
  char name[256], password[256]; /* of the latest bind */
  char base[256];                /* of the latest search */
  uint32_t page_size;            /* it asked for; 0: for no pages */
  uint8_t request[1024];         /* the latest search */
  size_t request_len;

  struct tls_server server;
  struct directory_held held[DIRECTORY_HELD_MAX];
  size_t n_held;
};

/* Plain where `identity` is NULL; with `starts_tls` only until StartTLS. */
void directory_open(struct directory *directory, uv_loop_t *loop, const struct identity *identity,
                    bool starts_tls);
void directory_close(struct directory *directory);

void directory_answer_all(struct directory *directory);
/* The next octet of the oldest answer that is held. False: none is. */
bool directory_say_octet(struct directory *directory);
void directory_hang_up(struct directory *directory); /* on everybody */

#endif
