/* error.c: the texts of the one error list. */
#include <radmfa/error.h>

#include "core.h"

const char *radmfa_strerror(int error) {
  switch (error) {
    case 0: return "success";
#define ERROR_TEXT(name, number, text) \
  case number: return text;
      RADMFA_ERROR_MAP(ERROR_TEXT)
#undef ERROR_TEXT
    default: return "unknown error";
  }
}
