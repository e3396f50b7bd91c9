/* ldap_filter.c: one function for each rule of the grammar in RFC 4515 3. */
#include "ldap_filter.h"

#include <radmfa/error.h>

#include <lber.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Filter of RFC 4511, appendix B */
#define AND ((ber_tag_t)0xa0)
#define OR ((ber_tag_t)0xa1)
#define NOT ((ber_tag_t)0xa2)
#define EQUALITY ((ber_tag_t)0xa3)
#define PRESENT ((ber_tag_t)0x87)
#define EXTENSIBLE ((ber_tag_t)0xa9)
#define EXTENSIBLE_RULE ((ber_tag_t)0x81)
#define EXTENSIBLE_TYPE ((ber_tag_t)0x82)
#define EXTENSIBLE_VALUE ((ber_tag_t)0x83)
#define EXTENSIBLE_DN ((ber_tag_t)0x84)

struct parser {
  radmfa_span rest;
  BerElement *ber;
  char *value; /* room for the longest value, which is shorter than the text */
};

static int written(int result) {
  return result < 0 ? RADMFA_E_NO_MEMORY : 0;
}

static bool at(const struct parser *parser, char c) {
  return parser->rest.len && parser->rest.ptr[0] == (uint8_t)c;
}

static void skip(struct parser *parser, size_t n) {
  parser->rest.ptr += n;
  parser->rest.len -= n;
}

static bool accept(struct parser *parser, char c) {
  if (!at(parser, c)) return false;
  skip(parser, 1);
  return true;
}

static bool is_alphanumeric(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* An attribute description or a matching rule (RFC 4512 2.5, 1.4), as far as characters tell;
 * empty where none begins. */
static struct berval take_word(struct parser *parser) {
  const radmfa_span text = parser->rest;
  size_t len = 0;
  while (len < text.len &&
         (is_alphanumeric(text.ptr[len]) || (len && memchr("-.;", text.ptr[len], 3))))
    len++;
  skip(parser, len);
  return (struct berval){len, (char *)(uintptr_t)text.ptr};
}

static int digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One octet of a value: itself, or "\" and two hexadecimal digits. */
static bool take_octet(struct parser *parser, char *out) {
  const uint8_t *text = parser->rest.ptr;
  if (!parser->rest.len || memchr("(*", text[0], 3)) return false; /* the NUL, too */
  size_t len = text[0] == '\\' ? 3 : 1;
  if (len > parser->rest.len) return false;
  int octet = text[0];
  if (len == 3) {
    if (digit(text[1]) < 0 || digit(text[2]) < 0) return false;
    octet = digit(text[1]) << 4 | digit(text[2]);
  }
  *out = (char)octet;
  skip(parser, len);
  return true;
}

static bool take_value(struct parser *parser, struct berval *out) {
  size_t len = 0;
  while (!at(parser, ')'))
    if (!take_octet(parser, &parser->value[len++])) return false;
  *out = (struct berval){len, parser->value};
  return true;
}

static bool is_present(const struct parser *parser) {
  return parser->rest.len >= 2 && memcmp(parser->rest.ptr, "*)", 2) == 0;
}

/* Behind "attribute=" */
static int put_simple(struct parser *parser, struct berval *type) {
  struct berval value;
  if (is_present(parser)) {
    skip(parser, 1);
    return written(ber_printf(parser->ber, "tO", PRESENT, type));
  }
  if (!take_value(parser, &value)) return RADMFA_E_INVALID;
  return written(ber_printf(parser->ber, "t{OO}", EQUALITY, type, &value));
}

/* ":dn" and ":rule", each once at most and in this order, then ":=" */
static bool take_rule(struct parser *parser, struct berval *out_rule, bool *out_dn) {
  *out_rule = (struct berval){0, NULL};
  *out_dn = false;
  while (accept(parser, ':')) {
    if (accept(parser, '=')) return true;
    struct berval word = take_word(parser);
    if (!word.bv_len || out_rule->bv_len) return false;
    if (!*out_dn && word.bv_len == 2 && strncasecmp(word.bv_val, "dn", 2) == 0)
      *out_dn = true;
    else
      *out_rule = word;
  }
  return false;
}

/* Behind the attribute of "attribute:dn:rule:=value", which may lack one of the two. */
static int put_extensible(struct parser *parser, struct berval *type) {
  struct berval rule, value;
  bool dn;
  if (!take_rule(parser, &rule, &dn) || (!type->bv_len && !rule.bv_len)) return RADMFA_E_INVALID;
  if (!take_value(parser, &value)) return RADMFA_E_INVALID;
  int result = ber_printf(parser->ber, "t{", EXTENSIBLE);
  if (result >= 0 && rule.bv_len) result = ber_printf(parser->ber, "tO", EXTENSIBLE_RULE, &rule);
  if (result >= 0 && type->bv_len) result = ber_printf(parser->ber, "tO", EXTENSIBLE_TYPE, type);
  if (result >= 0) result = ber_printf(parser->ber, "tO", EXTENSIBLE_VALUE, &value);
  if (result >= 0 && dn) result = ber_printf(parser->ber, "tb", EXTENSIBLE_DN, 1);
  if (result >= 0) result = ber_printf(parser->ber, "}");
  return written(result);
}

static int put_item(struct parser *parser) {
  struct berval type = take_word(parser);
  if (at(parser, ':')) return put_extensible(parser, &type);
  if (!type.bv_len || !accept(parser, '=')) return RADMFA_E_INVALID;
  return put_simple(parser, &type);
}

static int put_filter(struct parser *parser, unsigned depth);

/* Behind "&", "|" or "!" */
static int put_filters(struct parser *parser, ber_tag_t tag, unsigned depth) {
  int error = written(ber_printf(parser->ber, "t{", tag));
  do {
    if (!error) error = put_filter(parser, depth + 1);
  } while (!error && tag != NOT && at(parser, '('));
  return error ? error : written(ber_printf(parser->ber, "}"));
}

static int put_component(struct parser *parser, unsigned depth) {
  if (accept(parser, '&')) return put_filters(parser, AND, depth);
  if (accept(parser, '|')) return put_filters(parser, OR, depth);
  if (accept(parser, '!')) return put_filters(parser, NOT, depth);
  return put_item(parser);
}

static int put_filter(struct parser *parser, unsigned depth) {
  if (depth > LDAP_FILTER_DEPTH_MAX || !accept(parser, '(')) return RADMFA_E_INVALID;
  int error = put_component(parser, depth);
  if (error) return error;
  return accept(parser, ')') ? 0 : RADMFA_E_INVALID;
}

int ldap_filter_write(BerElement *ber, radmfa_span text) {
  struct parser parser = {text, ber, malloc(text.len + 1)};
  if (!parser.value) return RADMFA_E_NO_MEMORY;
  int error = put_filter(&parser, 1);
  if (!error && parser.rest.len) error = RADMFA_E_INVALID;
  free(parser.value);
  return error;
}

int ldap_filter_check(radmfa_span text) {
  BerElement *ber = ber_alloc_t(LBER_USE_DER);
  if (!ber) return RADMFA_E_NO_MEMORY;
  int error = ldap_filter_write(ber, text);
  ber_free(ber, 1);
  return error;
}
