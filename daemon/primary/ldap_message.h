/* ldap_message.h: LDAP messages as octets (RFC 4511), in BER (X.690) as its section 5.1 narrows it
 * down; no I/O. What is read is checked once, to the end, and never copied. */
#ifndef RADMFAD_PRIMARY_LDAP_MESSAGE_H
#define RADMFAD_PRIMARY_LDAP_MESSAGE_H

#include <radmfa/base.h>

#define LDAP_MESSAGE_SIZE_MAX (1u << 20)

/* ldap_message_size tells how long the message is that `bytes` begin with, as soon as its header is
 * there. Returns 1 and sets *out_size, which may be more than bytes.len; 0 when more octets are
 * needed to know; RADMFA_E_MALFORMED when no LDAP message begins so, or it is longer than
 * LDAP_MESSAGE_SIZE_MAX. */
RADMFA_MUST_USE int ldap_message_size(radmfa_span bytes, size_t *out_size);

/* ---- requests ---- */

/* A written message, on the heap; ldap_bytes_free wipes it, since it may hold a password. */
struct ldap_bytes {
  uint8_t *ptr;
  size_t len;
};

void ldap_bytes_free(struct ldap_bytes *bytes);

/* Each of these writes one message. `id` is 1 to INT32_MAX, else RADMFA_E_INVALID (RFC 4511
 * 4.1.1.1). Returns 0, RADMFA_E_NO_MEMORY or RADMFA_E_INVALID. */

/* ldap_write_bind: a simple bind. Both empty is the anonymous bind; RADMFA_E_INVALID where only one
 * of them is, since a directory may take that for anonymous and say yes (RFC 4513 5.1.2), and for a
 * password with a NUL, which a directory may read as its end. */
RADMFA_MUST_USE int ldap_write_bind(int32_t id, radmfa_span name, radmfa_span password,
                                    struct ldap_bytes *out);

/* ldap_write_start_tls: RFC 4511 4.14.1. */
RADMFA_MUST_USE int ldap_write_start_tls(int32_t id, struct ldap_bytes *out);

enum ldap_scope { LDAP_SCOPE_ENTRY, LDAP_SCOPE_CHILDREN, LDAP_SCOPE_SUBTREE };

struct ldap_search {
  radmfa_span base;
  enum ldap_scope scope;
  radmfa_span filter; /* RFC 4515, values escaped (ldap_escape_filter); see ldap_filter.h */
  const char *const *attributes; /* none: all user attributes (RFC 4511 4.5.1.8) */
  size_t n_attributes;
  uint32_t size_limit;   /* entries; 0: none */
  uint32_t time_limit_s; /* 0: none */
  /* Entries at a time (RFC 2696); 0: all at once. A server that cannot do it must refuse. */
  uint32_t page_size;
  radmfa_span page; /* what the answer before said of its page; empty: the first one */
};

/* ldap_write_search: aliases are not followed. RADMFA_E_INVALID also for a filter that is none. */
RADMFA_MUST_USE int ldap_write_search(int32_t id, const struct ldap_search *search,
                                      struct ldap_bytes *out);

/* ldap_write_abandon: `which` is the id of the request to give up. */
RADMFA_MUST_USE int ldap_write_abandon(int32_t id, int32_t which, struct ldap_bytes *out);

RADMFA_MUST_USE int ldap_write_unbind(int32_t id, struct ldap_bytes *out);

/* ---- answers ---- */

enum ldap_message_type {
  LDAP_BIND_RESPONSE,
  LDAP_SEARCH_ENTRY,
  LDAP_SEARCH_REFERENCE,
  LDAP_SEARCH_DONE,
  LDAP_EXTENDED_RESPONSE,
  LDAP_OTHER, /* none that answers a request of ours */
};

/* Spans point into the octets that were read. */
struct ldap_message {
  int32_t id; /* 0: unsolicited, a Notice of Disconnection as a rule (RFC 4511 4.4.1) */
  enum ldap_message_type type;
  int result;                /* BIND_RESPONSE, SEARCH_DONE, EXTENDED_RESPONSE (RFC 4511 4.1.9) */
  radmfa_span matched_dn;    /* the same */
  radmfa_span diagnostic;    /* the same; any octets */
  radmfa_span dn;            /* SEARCH_ENTRY */
  radmfa_span attributes;    /* SEARCH_ENTRY; for ldap_entry_next_value */
  radmfa_span response_name; /* EXTENDED_RESPONSE: an OID, or empty */
  radmfa_span next_page;     /* SEARCH_DONE: of what to ask for next; empty: this was all */
};

/* ldap_message_read reads `bytes`, which are one message and nothing more. Returns 0 or
 * RADMFA_E_MALFORMED. */
RADMFA_MUST_USE int ldap_message_read(radmfa_span bytes, struct ldap_message *out_message);

/* ldap_entry_next_value gives the next value of `attribute` (letters in either case) of an entry
 * that was read; *inout_cursor is 0 at first. The values that Active Directory sends as
 * "attribute;range=0-1499" count too (MS-ADTS 3.1.1.3.1.3.3). False: there is no further one. */
bool ldap_entry_next_value(const struct ldap_message *entry, const char *attribute,
                           size_t *inout_cursor, radmfa_span *out_value);

#endif
