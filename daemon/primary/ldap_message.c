/* ldap_message.c: liblber writes. Reading is ours: liblber does not hold an element against the one
 * around it, cannot tell what is not all there yet from what is wrong, and allocates for each
 * look. Tags are of RFC 4511, appendix B; all have one octet. */
#include "ldap_message.h"

#include "ldap_filter.h"

#include <radmfa/error.h>

#include <lber.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- writing ---- */

#define VERSION 3
#define BIND_REQUEST ((ber_tag_t)0x60)
#define BIND_SIMPLE ((ber_tag_t)0x80)
#define UNBIND_REQUEST ((ber_tag_t)0x42)
#define SEARCH_REQUEST ((ber_tag_t)0x63)
#define ABANDON_REQUEST ((ber_tag_t)0x50)
#define EXTENDED_REQUEST ((ber_tag_t)0x77)
#define EXTENDED_NAME ((ber_tag_t)0x80)
#define START_TLS "1.3.6.1.4.1.1466.20037"
#define CONTROLS ((ber_tag_t)0xa0)
#define PAGED_RESULTS "1.2.840.113556.1.4.319" /* RFC 2696 */
#define NEVER_DEREF 0
#define VALUES_TOO 0 /* not typesOnly */

void ldap_bytes_free(struct ldap_bytes *bytes) {
  if (bytes->ptr) radmfa_wipe(bytes->ptr, bytes->len);
  free(bytes->ptr);
  *bytes = (struct ldap_bytes){NULL, 0};
}

static int begin(int32_t id, BerElement **out_ber) {
  if (id < 1) return RADMFA_E_INVALID;
  *out_ber = ber_alloc_t(LBER_USE_DER);
  return *out_ber ? 0 : RADMFA_E_NO_MEMORY;
}

static struct berval berval_of(radmfa_span span) {
  return (struct berval){span.len, (char *)(uintptr_t)span.ptr};
}

static int copy(const struct berval *message, struct ldap_bytes *out) {
  uint8_t *ptr = malloc(message->bv_len);
  if (!ptr) return RADMFA_E_NO_MEMORY;
  memcpy(ptr, message->bv_val, message->bv_len);
  *out = (struct ldap_bytes){ptr, message->bv_len};
  return 0;
}

/* Takes `ber`. Closing a sequence moves what is in it to the front, so that some of it remains
 * behind the end of the message: all of the buffer is wiped. */
static int finish(BerElement *ber, int written, struct ldap_bytes *out) {
  struct berval message;
  ber_len_t size = 0;
  int error = RADMFA_E_NO_MEMORY;
  if (written >= 0 && ber_flatten2(ber, &message, 0) == 0) {
    error = copy(&message, out);
    (void)ber_get_option(ber, LBER_OPT_BER_TOTAL_BYTES, &size);
    radmfa_wipe(message.bv_val, size);
  }
  ber_free(ber, 1);
  return error;
}

static bool has_nul(radmfa_span span) {
  return span.len && memchr(span.ptr, 0, span.len);
}

/* The password is written last: liblber neither moves it to a larger buffer nor fails behind it. */
int ldap_write_bind(int32_t id, radmfa_span name, radmfa_span password, struct ldap_bytes *out) {
  if (!name.len != !password.len || has_nul(password)) return RADMFA_E_INVALID;
  BerElement *ber;
  int error = begin(id, &ber);
  if (error) return error;
  struct berval user = berval_of(name), secret = berval_of(password);
  int written =
      ber_printf(ber, "{it{iOtO}}", id, BIND_REQUEST, VERSION, &user, BIND_SIMPLE, &secret);
  return finish(ber, written, out);
}

int ldap_write_start_tls(int32_t id, struct ldap_bytes *out) {
  BerElement *ber;
  int error = begin(id, &ber);
  if (error) return error;
  int written = ber_printf(ber, "{it{ts}}", id, EXTENDED_REQUEST, EXTENDED_NAME, START_TLS);
  return finish(ber, written, out);
}

/* What stands before the filter. */
static int begin_search(BerElement *ber, int32_t id, const struct ldap_search *search) {
  static const int scopes[] = {
      [LDAP_SCOPE_ENTRY] = 0, [LDAP_SCOPE_CHILDREN] = 1, [LDAP_SCOPE_SUBTREE] = 2};
  struct berval base = berval_of(search->base);
  return ber_printf(ber, "{it{Oeeiib", id, SEARCH_REQUEST, &base, scopes[search->scope],
                    NEVER_DEREF, (ber_int_t)search->size_limit, (ber_int_t)search->time_limit_s,
                    VALUES_TOO);
}

/* A control that is critical (RFC 4511 4.1.11): all entries at once would be more than was asked
 * for. Its value is a message of its own. */
static int put_page(BerElement *ber, const struct ldap_search *search) {
  struct berval page = berval_of(search->page), value;
  BerElement *inner = ber_alloc_t(LBER_USE_DER);
  if (!inner) return -1;
  int written = ber_printf(inner, "{iO}", (ber_int_t)search->page_size, &page);
  if (written >= 0) written = ber_flatten2(inner, &value, 0);
  if (written >= 0)
    written = ber_printf(ber, "t{{sbO}}", CONTROLS, PAGED_RESULTS, (ber_int_t)1, &value);
  ber_free(inner, 1);
  return written;
}

static int end_search(BerElement *ber, const struct ldap_search *search) {
  int written = ber_printf(ber, "{");
  for (size_t i = 0; written >= 0 && i < search->n_attributes; i++)
    written = ber_printf(ber, "s", search->attributes[i]);
  if (written >= 0) written = ber_printf(ber, "}}");
  if (written >= 0 && search->page_size) written = put_page(ber, search);
  return written < 0 ? written : ber_printf(ber, "}");
}

int ldap_write_search(int32_t id, const struct ldap_search *search, struct ldap_bytes *out) {
  if (search->size_limit > INT32_MAX || search->time_limit_s > INT32_MAX ||
      search->page_size > INT32_MAX)
    return RADMFA_E_INVALID;
  BerElement *ber;
  int error = begin(id, &ber);
  if (error) return error;
  error = begin_search(ber, id, search) < 0 ? RADMFA_E_NO_MEMORY
                                            : ldap_filter_write(ber, search->filter);
  if (error) {
    ber_free(ber, 1);
    return error;
  }
  return finish(ber, end_search(ber, search), out);
}

int ldap_write_abandon(int32_t id, int32_t which, struct ldap_bytes *out) {
  if (which < 1) return RADMFA_E_INVALID;
  BerElement *ber;
  int error = begin(id, &ber);
  if (error) return error;
  return finish(ber, ber_printf(ber, "{iti}", id, ABANDON_REQUEST, which), out);
}

int ldap_write_unbind(int32_t id, struct ldap_bytes *out) {
  BerElement *ber;
  int error = begin(id, &ber);
  if (error) return error;
  return finish(ber, ber_printf(ber, "{itn}", id, UNBIND_REQUEST), out);
}

/* ---- elements ---- */

enum {
  BOOLEAN = 0x01,
  INTEGER = 0x02,
  OCTET_STRING = 0x04,
  ENUMERATED = 0x0a,
  SEQUENCE = 0x30,
  SET = 0x31,
  BIND_RESPONSE = 0x61,
  SEARCH_ENTRY = 0x64,
  SEARCH_DONE = 0x65,
  SEARCH_REFERENCE = 0x73,
  EXTENDED_RESPONSE = 0x78,
  RESPONSE_NAME = 0x8a,
  CONTROL_LIST = 0xa0,
};

#define LENGTH_OCTETS_MAX 4u

struct header {
  uint8_t tag;
  size_t len, content_len;
};

struct element {
  uint8_t tag;
  radmfa_span content;
};

/* Tag and length that `in` begins with. Returns 1, 0 (more octets are needed), or
 * RADMFA_E_MALFORMED for a tag of several octets, an indefinite length (RFC 4511 5.1 (1)) and one
 * that no message has. */
static int read_header(radmfa_span in, struct header *out) {
  if (in.len && (in.ptr[0] & 0x1f) == 0x1f) return RADMFA_E_MALFORMED;
  if (in.len < 2) return 0;
  size_t n_octets = in.ptr[1] < 0x80 ? 0 : in.ptr[1] & 0x7fu;
  size_t content_len = in.ptr[1];
  if (in.ptr[1] >= 0x80) {
    if (n_octets == 0 || n_octets > LENGTH_OCTETS_MAX) return RADMFA_E_MALFORMED;
    if (in.len < 2 + n_octets) return 0;
    content_len = 0;
    for (size_t i = 0; i < n_octets; i++) content_len = content_len << 8 | in.ptr[2 + i];
  }
  if (content_len > LDAP_MESSAGE_SIZE_MAX) return RADMFA_E_MALFORMED;
  *out = (struct header){in.ptr[0], 2 + n_octets, content_len};
  return 1;
}

int ldap_message_size(radmfa_span bytes, size_t *out_size) {
  struct header header;
  if (bytes.len && bytes.ptr[0] != SEQUENCE) return RADMFA_E_MALFORMED;
  int known = read_header(bytes, &header);
  if (known <= 0) return known;
  if (header.len + header.content_len > LDAP_MESSAGE_SIZE_MAX) return RADMFA_E_MALFORMED;
  *out_size = header.len + header.content_len;
  return 1;
}

/* Takes the next element, which must be whole, off the front of `*in`. */
static bool take_any(radmfa_span *in, struct element *out) {
  struct header header;
  if (read_header(*in, &header) <= 0 || header.content_len > in->len - header.len) return false;
  *out = (struct element){header.tag, {in->ptr + header.len, header.content_len}};
  in->ptr += header.len + header.content_len;
  in->len -= header.len + header.content_len;
  return true;
}

static bool take(radmfa_span *in, uint8_t tag, radmfa_span *out_content) {
  radmfa_span rest = *in;
  struct element element;
  if (!take_any(&rest, &element) || element.tag != tag) return false;
  *in = rest;
  *out_content = element.content;
  return true;
}

/* Takes a number from 0 to INT32_MAX. */
static bool take_number(radmfa_span *in, uint8_t tag, int32_t *out) {
  radmfa_span octets;
  uint32_t number = 0;
  if (!take(in, tag, &octets) || octets.len < 1 || octets.len > 4 || octets.ptr[0] >= 0x80)
    return false;
  for (size_t i = 0; i < octets.len; i++) number = number << 8 | octets.ptr[i];
  *out = (int32_t)number;
  return true;
}

/* Components that RFC 4511 does not know are passed over at the end of a sequence (its section 4);
 * they must be elements all the same. */
static bool only_elements(radmfa_span rest) {
  struct element element;
  while (rest.len)
    if (!take_any(&rest, &element)) return false;
  return true;
}

static bool only_strings(radmfa_span rest) {
  radmfa_span value;
  while (rest.len)
    if (!take(&rest, OCTET_STRING, &value)) return false;
  return true;
}

/* ---- answers ---- */

/* Active Directory counts a C string's NUL as part of the message. */
static radmfa_span without_nul(radmfa_span text) {
  if (text.len && !text.ptr[text.len - 1]) text.len--;
  return text;
}

/* LDAPResult (RFC 4511 4.1.9), and what may follow: referral, SASL credentials, OIDs. */
static bool read_result(radmfa_span content, struct ldap_message *out) {
  int32_t result;
  if (!take_number(&content, ENUMERATED, &result)) return false;
  if (!take(&content, OCTET_STRING, &out->matched_dn)) return false;
  if (!take(&content, OCTET_STRING, &out->diagnostic)) return false;
  out->result = result;
  out->diagnostic = without_nul(out->diagnostic);
  struct element element;
  while (content.len) {
    if (!take_any(&content, &element)) return false;
    if (out->type == LDAP_EXTENDED_RESPONSE && element.tag == RESPONSE_NAME)
      out->response_name = element.content;
  }
  return true;
}

/* PartialAttribute (RFC 4511 4.1.7). Nothing may follow its values, for the walk's sake. */
static bool take_attribute(radmfa_span *in, radmfa_span *out_name, radmfa_span *out_values) {
  radmfa_span content;
  return take(in, SEQUENCE, &content) && take(&content, OCTET_STRING, out_name) &&
         take(&content, SET, out_values) && !content.len;
}

/* SearchResultEntry (RFC 4511 4.5.2) */
static bool read_entry(radmfa_span content, struct ldap_message *out) {
  if (!take(&content, OCTET_STRING, &out->dn)) return false;
  if (!take(&content, SEQUENCE, &out->attributes) || !only_elements(content)) return false;
  radmfa_span rest = out->attributes, name, values;
  while (rest.len)
    if (!take_attribute(&rest, &name, &values) || !only_strings(values)) return false;
  return true;
}

static bool read_operation(const struct element *operation, struct ldap_message *out) {
  switch (operation->tag) {
    case BIND_RESPONSE: out->type = LDAP_BIND_RESPONSE; return read_result(operation->content, out);
    case SEARCH_DONE: out->type = LDAP_SEARCH_DONE; return read_result(operation->content, out);
    case EXTENDED_RESPONSE:
      out->type = LDAP_EXTENDED_RESPONSE;
      return read_result(operation->content, out);
    case SEARCH_ENTRY: out->type = LDAP_SEARCH_ENTRY; return read_entry(operation->content, out);
    case SEARCH_REFERENCE:
      out->type = LDAP_SEARCH_REFERENCE;
      return only_strings(operation->content);
    default: out->type = LDAP_OTHER; return true;
  }
}

/* realSearchControlValue (RFC 2696 2) */
static bool read_page(radmfa_span value, radmfa_span *out_next) {
  radmfa_span content;
  int32_t estimate;
  return take(&value, SEQUENCE, &content) && !value.len &&
         take_number(&content, INTEGER, &estimate) && take(&content, OCTET_STRING, out_next) &&
         !content.len;
}

/* Control (RFC 4511 4.1.11): one that nobody asked for means nothing. */
static bool read_control(radmfa_span control, struct ldap_message *out) {
  radmfa_span type, critical, value;
  if (!take(&control, OCTET_STRING, &type)) return false;
  (void)take(&control, BOOLEAN, &critical);
  if (out->type != LDAP_SEARCH_DONE || !radmfa_span_equal(type, radmfa_text(PAGED_RESULTS)))
    return only_elements(control);
  return take(&control, OCTET_STRING, &value) && read_page(value, &out->next_page);
}

/* What follows the operation. */
static bool read_controls(radmfa_span rest, struct ldap_message *out) {
  radmfa_span controls, control;
  if (!take(&rest, CONTROL_LIST, &controls)) return only_elements(rest);
  while (controls.len)
    if (!take(&controls, SEQUENCE, &control) || !read_control(control, out)) return false;
  return only_elements(rest);
}

int ldap_message_read(radmfa_span bytes, struct ldap_message *out_message) {
  struct ldap_message message = {.id = 0};
  struct element operation;
  radmfa_span content;
  if (!take(&bytes, SEQUENCE, &content) || bytes.len) return RADMFA_E_MALFORMED;
  if (!take_number(&content, INTEGER, &message.id)) return RADMFA_E_MALFORMED;
  if (!take_any(&content, &operation)) return RADMFA_E_MALFORMED;
  if (!read_operation(&operation, &message) || !read_controls(content, &message))
    return RADMFA_E_MALFORMED;
  *out_message = message;
  return 0;
}

/* ---- values of an entry ---- */

static bool is_attribute(radmfa_span description, const char *attribute) {
  static const char range[] = ";range=";
  const size_t len = strlen(attribute), range_len = sizeof range - 1;
  const char *text = (const char *)description.ptr;
  if (description.len < len || strncasecmp(text, attribute, len) != 0) return false;
  return description.len == len ||
         (description.len > len + range_len && strncasecmp(text + len, range, range_len) == 0);
}

/* The cursor is an offset into the attributes. Behind a value comes another (OCTET STRING) or,
 * since nothing else may, the next attribute (SEQUENCE): so it is all the state there is. */
bool ldap_entry_next_value(const struct ldap_message *entry, const char *attribute,
                           size_t *inout_cursor, radmfa_span *out_value) {
  const radmfa_span all = entry->attributes;
  if (*inout_cursor >= all.len) return false;
  radmfa_span rest = {all.ptr + *inout_cursor, all.len - *inout_cursor}, name, values;
  while (rest.len) {
    if (take(&rest, OCTET_STRING, out_value)) {
      *inout_cursor = all.len - rest.len;
      return true;
    }
    if (!take_attribute(&rest, &name, &values)) break; /* never: it was read */
    if (is_attribute(name, attribute))
      rest = (radmfa_span){values.ptr, all.len - (size_t)(values.ptr - all.ptr)};
  }
  *inout_cursor = all.len;
  return false;
}
