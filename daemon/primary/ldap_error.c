/* ldap_error.c: the library's words, but where those speak of RADIUS. */
#include "ldap_error.h"

#include <radmfa/error.h>
#include <uv.h>

const char *ldap_error_text(int error) {
  switch (error) {
    case 0: return "ended by the server";
    case UV_EOF: return "cut off";
    case RADMFA_E_MALFORMED: return "not LDAP";
    case RADMFA_E_INVALID: return "not what LDAP says here";
    case RADMFA_E_TOO_BIG: return "too much unasked";
    default: return error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error);
  }
}
