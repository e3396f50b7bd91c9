/* ldap_guid.c: the first three fields of a GUID are little-endian numbers, the eight octets behind
 * them stand as they are (MS-DTYP 2.3.4.2, 2.3.4.3). */
#include "ldap_guid.h"

bool ldap_guid_format(radmfa_span guid, char out_text[LDAP_GUID_TEXT_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  static const uint8_t order[LDAP_GUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  if (guid.len != LDAP_GUID_SIZE) return false;
  char *at = out_text;
  for (size_t i = 0; i < LDAP_GUID_SIZE; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = digits[guid.ptr[order[i]] >> 4];
    *at++ = digits[guid.ptr[order[i]] & 15];
  }
  *at = '\0';
  return true;
}
