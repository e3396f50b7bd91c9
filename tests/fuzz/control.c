/* control.c: a line of a control socket, from who may connect. */
#include "control/control_request.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct control_request request;
  if (control_request_read((radmfa_span){data, size}, &request))
    (void)control_request_unknown(request.arguments, "user primary");
  control_request_cleanup(&request);
  return 0;
}
