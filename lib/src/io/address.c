/* address.c: addresses and networks as text. */
#include <radmfa/base.h>
#include <radmfa/error.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 4291 2.5.5.2 */
static const uint8_t ipv4_mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_ipv4(const uint8_t ip[16]) {
  return !memcmp(ip, ipv4_mapped, sizeof ipv4_mapped);
}

/* RFC 4291 2.5.6: fe80::/10 */
static bool is_link_local(const uint8_t ip[16]) {
  return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

/* strtoul would take signs and spaces too. */
static bool parse_number(const char *text, uint32_t max, uint32_t *out_number) {
  uint64_t number = 0;
  const char *digit = text;
  for (; *digit >= '0' && *digit <= '9' && number <= max; digit++)
    number = number * 10 + (uint64_t)(*digit - '0');
  if (digit == text || *digit || number > max) return false;
  *out_number = (uint32_t)number;
  return true;
}

static bool parse_ipv4(const char *text, uint8_t out_ip[16]) {
  if (inet_pton(AF_INET, text, out_ip + sizeof ipv4_mapped) != 1) return false;
  memcpy(out_ip, ipv4_mapped, sizeof ipv4_mapped);
  return true;
}

static bool parse_port(const char *text, uint16_t *out_port) {
  uint32_t port;
  if (!parse_number(text, UINT16_MAX, &port)) return false;
  *out_port = (uint16_t)port;
  return true;
}

/* A scope is the name or the number of an interface. */
static bool parse_scope(const char *text, uint32_t *out_scope_id) {
  uint32_t scope_id = if_nametoindex(text);
  if (!scope_id && !parse_number(text, UINT32_MAX, &scope_id)) return false;
  *out_scope_id = scope_id;
  return scope_id != 0;
}

/* "v6" or "v6%scope"; cuts `text` at the percent sign. */
static bool parse_ipv6(char *text, radmfa_address *address) {
  char *percent = strchr(text, '%');
  if (percent) *percent = 0;
  if (inet_pton(AF_INET6, text, address->ip) != 1) return false;
  return !percent || (is_link_local(address->ip) && parse_scope(percent + 1, &address->scope_id));
}

/* "[v6]" or "[v6]:port" */
static bool parse_bracketed(char *text, radmfa_address *address) {
  char *end = strchr(text, ']');
  if (!end) return false;
  *end = 0;
  if (end[1] == ':' && !parse_port(end + 2, &address->port)) return false;
  return (end[1] == ':' || !end[1]) && parse_ipv6(text + 1, address);
}

/* "v4", "v4:port" or, with more than one colon, "v6" */
static bool parse_plain(char *text, radmfa_address *address) {
  char *colon = strchr(text, ':');
  if (colon && strchr(colon + 1, ':')) return parse_ipv6(text, address);
  if (colon) *colon = 0;
  if (colon && !parse_port(colon + 1, &address->port)) return false;
  return parse_ipv4(text, address->ip);
}

int radmfa_address_parse(const char *text, radmfa_address *out_address) {
  char copy[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address address = {.port = 0};
  size_t len = strlen(text);
  if (len >= sizeof copy) return RADMFA_E_INVALID;
  memcpy(copy, text, len + 1);
  if (!(*copy == '[' ? parse_bracketed(copy, &address) : parse_plain(copy, &address)))
    return RADMFA_E_INVALID;
  *out_address = address;
  return 0;
}

/* Writes `number` and what follows it; returns behind that. */
static char *put_number(char *at, unsigned number, char behind) {
  char digits[10], *first = digits + sizeof digits;
  do *--first = (char)('0' + number % 10);
  while (number /= 10);
  size_t len = (size_t)(digits + sizeof digits - first);
  memcpy(at, first, len);
  at[len] = behind;
  return at + len + 1;
}

/* By hand: a log writes one with every login, and printf would cost more than the rest of it. */
static void format_ipv4(const radmfa_address *address, char out_text[RADMFA_ADDRESS_TEXT_SIZE]) {
  const uint8_t *ip = address->ip + sizeof ipv4_mapped;
  char *at = out_text;
  for (int i = 0; i < 4; i++) at = put_number(at, ip[i], i < 3 ? '.' : ':');
  (void)put_number(at, address->port, 0);
}

const char *radmfa_address_format(const radmfa_address *address,
                                  char out_text[RADMFA_ADDRESS_TEXT_SIZE]) {
  char ip[sizeof "1234:1234:1234:1234:1234:1234:1234:1234"], scope[sizeof "%4294967295"] = "";
  if (is_ipv4(address->ip)) {
    format_ipv4(address, out_text);
    return out_text;
  }
  inet_ntop(AF_INET6, address->ip, ip, sizeof ip);
  if (address->scope_id) snprintf(scope, sizeof scope, "%%%u", (unsigned)address->scope_id);
  snprintf(out_text, RADMFA_ADDRESS_TEXT_SIZE, "[%s%s]:%u", ip, scope, (unsigned)address->port);
  return out_text;
}

/* Are the bits from `bits` on all 0? */
static bool is_network(const radmfa_prefix *prefix) {
  for (unsigned bit = prefix->bits; bit < 128; bit++) {
    if (prefix->ip[bit / 8] & (0x80u >> bit % 8)) return false;
  }
  return true;
}

int radmfa_prefix_parse(const char *text, radmfa_prefix *out_prefix) {
  char copy[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_prefix prefix;
  size_t len = strlen(text);
  if (len >= sizeof copy) return RADMFA_E_INVALID;
  memcpy(copy, text, len + 1);
  char *slash = strchr(copy, '/');
  if (slash) *slash = 0;
  bool v4 = parse_ipv4(copy, prefix.ip);
  if (!v4 && inet_pton(AF_INET6, copy, prefix.ip) != 1) return RADMFA_E_INVALID;
  uint32_t most = v4 ? 32 : 128, bits = most;
  if (slash && !parse_number(slash + 1, most, &bits)) return RADMFA_E_INVALID;
  prefix.bits = (uint8_t)(128 - most + bits);
  if (!is_network(&prefix)) return RADMFA_E_INVALID;
  *out_prefix = prefix;
  return 0;
}
