/* ldap_code.c: two tables and a search for the sub-code. */
#include "ldap_code.h"

#include <string.h>

struct meaning {
  uint32_t code;
  enum ldap_bind_outcome outcome;
};

/* Result codes (RFC 4511 4.1.9) but 49. What is not here says nothing of the user: 7, 8, 13, 48
 * and 53 (as a rule) that we ask the wrong way, 51, 52 and 80 that the directory has trouble, 10
 * that it should be another one. */
static const struct meaning results[] = {
    {0, LDAP_BIND_OK},
    {19, LDAP_BIND_REFUSED},      /* constraintViolation: locked, says 389 Directory Server */
    {32, LDAP_BIND_UNKNOWN_USER}, /* noSuchObject */
    {34, LDAP_BIND_UNKNOWN_USER}, /* invalidDNSyntax: no directory has such a user */
    {50, LDAP_BIND_REFUSED},      /* insufficientAccessRights */
};

/* Active Directory's reasons for 49: Windows error numbers (MS-ERREF 2.2), in hexadecimal. */
static const struct meaning sub_codes[] = {
    {0x525, LDAP_BIND_UNKNOWN_USER},     {0x52e, LDAP_BIND_WRONG_PASSWORD},
    {0x530, LDAP_BIND_NOT_NOW},          {0x531, LDAP_BIND_NOT_NOW},
    {0x532, LDAP_BIND_PASSWORD_EXPIRED}, {0x533, LDAP_BIND_DISABLED},
    {0x701, LDAP_BIND_ACCOUNT_EXPIRED},  {0x773, LDAP_BIND_MUST_CHANGE},
    {0x775, LDAP_BIND_LOCKED},
};

static enum ldap_bind_outcome look_up(const struct meaning *table, size_t n, uint32_t code,
                                      enum ldap_bind_outcome otherwise) {
  for (size_t i = 0; i < n; i++)
    if (table[i].code == code) return table[i].outcome;
  return otherwise;
}

static int digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads "52e," or "52e" at the end. */
static bool read_code(radmfa_span text, uint32_t *out_code) {
  uint32_t code = 0;
  size_t len = 0;
  for (; len < text.len && len < 8 && digit(text.ptr[len]) >= 0; len++)
    code = code << 4 | (uint32_t)digit(text.ptr[len]);
  if (!len || (len < text.len && text.ptr[len] != ',')) return false;
  *out_code = code;
  return true;
}

/* 389 Directory Server and FreeIPA say 53 for an account that was locked by hand (nsAccountLock):
 * "Account inactivated. Contact system administrator." */
static bool is_inactivated(radmfa_span diagnostic) {
  static const char words[] = "Account inactivated";
  const size_t len = sizeof words - 1;
  return diagnostic.len >= len && memcmp(diagnostic.ptr, words, len) == 0;
}

/* "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v3839" */
static bool find_sub_code(radmfa_span diagnostic, uint32_t *out_code) {
  static const char mark[] = ", data ";
  const size_t len = sizeof mark - 1;
  const uint8_t *at = diagnostic.len ? memmem(diagnostic.ptr, diagnostic.len, mark, len) : NULL;
  if (!at) return false;
  return read_code((radmfa_span){at + len, diagnostic.len - (size_t)(at - diagnostic.ptr) - len},
                   out_code);
}

enum ldap_bind_outcome ldap_bind_outcome(int result, radmfa_span diagnostic) {
  uint32_t code;
  if (result == 53 && is_inactivated(diagnostic)) return LDAP_BIND_DISABLED;
  if (result != 49)
    return look_up(results, sizeof results / sizeof *results, (uint32_t)result,
                   LDAP_BIND_UNAVAILABLE);
  if (!find_sub_code(diagnostic, &code)) return LDAP_BIND_WRONG_PASSWORD;
  return look_up(sub_codes, sizeof sub_codes / sizeof *sub_codes, code, LDAP_BIND_REFUSED);
}

const char *ldap_bind_outcome_name(enum ldap_bind_outcome outcome) {
  switch (outcome) {
    case LDAP_BIND_UNAVAILABLE: return "unavailable";
    case LDAP_BIND_OK: return "ok";
    case LDAP_BIND_WRONG_PASSWORD: return "wrong_password";
    case LDAP_BIND_UNKNOWN_USER: return "unknown_user";
    case LDAP_BIND_DISABLED: return "disabled";
    case LDAP_BIND_ACCOUNT_EXPIRED: return "account_expired";
    case LDAP_BIND_PASSWORD_EXPIRED: return "password_expired";
    case LDAP_BIND_MUST_CHANGE: return "must_change";
    case LDAP_BIND_LOCKED: return "locked";
    case LDAP_BIND_NOT_NOW: return "not_now";
    case LDAP_BIND_REFUSED: return "refused";
  }
  return "unknown";
}
