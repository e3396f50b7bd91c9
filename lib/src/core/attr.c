/* attr.c: the names of packet codes and attributes. */
#include <radmfa/attr.h>

#include "core.h"

static const char *const code_names[] = {
    [RADMFA_ACCESS_REQUEST] = "Access-Request",
    [RADMFA_ACCESS_ACCEPT] = "Access-Accept",
    [RADMFA_ACCESS_REJECT] = "Access-Reject",
    [RADMFA_ACCOUNTING_REQUEST] = "Accounting-Request",
    [RADMFA_ACCOUNTING_RESPONSE] = "Accounting-Response",
    [RADMFA_ACCESS_CHALLENGE] = "Access-Challenge",
    [RADMFA_STATUS_SERVER] = "Status-Server",
    [RADMFA_DISCONNECT_REQUEST] = "Disconnect-Request",
    [RADMFA_COA_REQUEST] = "CoA-Request",
};

static const char *const attr_names[UINT8_MAX + 1] = {
#define ATTR_NAME(name, type, text, where) [type] = text,
    RADMFA_ATTR_MAP(ATTR_NAME)
#undef ATTR_NAME
};

const char *radmfa_code_name(uint8_t code) {
  return code < sizeof code_names / sizeof *code_names ? code_names[code] : NULL;
}

const char *radmfa_attr_name(uint8_t type) {
  return attr_names[type];
}
