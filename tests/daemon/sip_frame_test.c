#include "factor/sip_frame.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST                                                                 \
  "INFO sip:x SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=1\r\nVia: SIP/2.0/TCP b\r\n" \
  "Content-Length: 11\r\n\r\nSIP/2.0/TCP"

static size_t len;

static int take(const char *text) {
  return sip_frame_take(radmfa_text(text), &len);
}

Test(sip_frame, a_message_ends_with_its_body) {
  cr_assert_eq(take(REQUEST "OPTIONS"), 0);
  cr_assert_eq(len, strlen(REQUEST));
  cr_assert_eq(take("BYE sip:x SIP/2.0\r\nl : 0\r\n\r\nX"), 0);
  cr_assert_eq(len, strlen("BYE sip:x SIP/2.0\r\nl : 0\r\n\r\n"));
}

Test(sip_frame, of_a_message_any_beginning_is_not_all) {
  char text[] = REQUEST;
  for (size_t i = strlen(REQUEST); i-- > 0;) {
    text[i] = '\0';
    cr_assert_eq(take(text), RADMFA_E_TRUNCATED);
  }
}

Test(sip_frame, line_ends_between_messages_are_taken_alone) {
  cr_assert_eq(take("\r\n\r\nBYE"), 0);
  cr_assert_eq(len, 4);
}

Test(sip_frame, what_has_no_length_is_malformed) {
  cr_assert_eq(take("BYE sip:x SIP/2.0\r\n\r\n"), RADMFA_E_MALFORMED);
  cr_assert_eq(take("BYE sip:x SIP/2.0\r\nContent-Length: x\r\n\r\n"), RADMFA_E_MALFORMED);
  cr_assert_eq(take("BYE sip:x SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n"),
               RADMFA_E_MALFORMED);
  cr_assert_eq(take("BYE sip:x SIP/2.0\r\nContent-Length: 65536\r\n\r\n"), RADMFA_E_MALFORMED);
}

Test(sip_frame, headers_without_end_are_malformed) {
  char *text = malloc(SIP_FRAME_MAX + 2);
  cr_assert_not_null(text);
  memset(text, 'a', SIP_FRAME_MAX + 1);
  text[SIP_FRAME_MAX + 1] = '\0';
  cr_assert_eq(take(text), RADMFA_E_MALFORMED);
  free(text);
}

Test(sip_frame, only_the_topmost_via_of_a_request_says_tls) {
  char text[] = REQUEST;
  sip_frame_say_tls((uint8_t *)text, strlen(text));
  cr_assert_str_eq(text, "INFO sip:x SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=1\r\n"
                         "Via: SIP/2.0/TCP b\r\nContent-Length: 11\r\n\r\nSIP/2.0/TCP");
}

Test(sip_frame, a_response_stays_as_it_is) {
  char text[] = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a\r\nContent-Length: 0\r\n\r\n";
  char before[sizeof text];
  memcpy(before, text, sizeof text);
  sip_frame_say_tls((uint8_t *)text, strlen(text));
  cr_assert_str_eq(text, before);
}
