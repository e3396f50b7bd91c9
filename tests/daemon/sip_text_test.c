#include "factor/sip_text.h"

#include <criterion/criterion.h>
#include <string.h>

static struct sip_target target;
static char out[SIP_URI_SIZE];

/* ---- where a trunk is ---- */

Test(sip_text, a_trunk_has_host_port_and_transport) {
  cr_assert(sip_text_target("sip:pbx.corp.example:5071;transport=TLS", &target));
  cr_assert_str_eq(target.host, "pbx.corp.example");
  cr_assert_eq(target.port, 5071);
  cr_assert_eq(target.transport, SIP_TLS);
  cr_assert_str_eq(sip_text_host_port(&target, out), "pbx.corp.example:5071");
}

Test(sip_text, the_port_of_tls_is_5061_and_others_5060) {
  cr_assert(sip_text_target("sips:10.0.0.1", &target));
  cr_assert_eq(target.port, 5061);
  cr_assert_eq(target.transport, SIP_TLS);
  cr_assert(sip_text_target("sip:10.0.0.1;transport=tcp", &target));
  cr_assert_eq(target.port, 5060);
  cr_assert_str_eq(sip_text_host_port(&target, out), "10.0.0.1");
}

Test(sip_text, an_ipv6_address_stands_in_brackets) {
  cr_assert(sip_text_target("sip:[2001:db8::1]:5060", &target));
  cr_assert_str_eq(target.host, "2001:db8::1");
  cr_assert_str_eq(sip_text_host_port(&target, out), "[2001:db8::1]:5060");
}

Test(sip_text, what_is_no_trunk_is_refused) {
  static const char *const bad[] = {
      "",
      "sip:",
      "pbx",
      "http://pbx",
      "sip:a@pbx",
      "sip:pbx:",
      "sip:pbx:0",
      "sip:pbx:70000",
      "sip:pbx:123456",
      "sip:pbx;lr",
      "sip:p bx",
      "sip:[::1",
      "sip:pbx\r\n",
      "sip:pbx;transport=",
      "sip:pbx;transport=sctp",
      "sip:pbx:1x",
      "sips:p;transport=udp",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_not(sip_text_target(bad[i], &target), "%s", bad[i]);
}

/* ---- numbers and names ---- */

Test(sip_text, a_number_is_digits_and_one_leading_plus) {
  cr_assert(sip_text_is_number("+15551234567"));
  cr_assert(sip_text_is_number("4711"));
  static const char *const bad[] = {"", "+", "++1", "1+", "1 2", "+1\r\n", "123456789012345678901"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_not(sip_text_is_number(bad[i]), "%s", bad[i]);
  cr_assert_not(sip_text_is_extension("+1"));
}

Test(sip_text, an_extension_becomes_part_of_the_uri) {
  cr_assert_str_eq(sip_text_phone_uri("+1555", "12", "pbx:5061", out),
                   "sip:+1555;ext=12@pbx:5061;user=phone");
  cr_assert_str_eq(sip_text_phone_uri("+1555", NULL, "pbx", out), "sip:+1555@pbx;user=phone");
}

Test(sip_text, a_name_is_quoted) {
  cr_assert_str_eq(sip_text_name_address("a \"b\" \\ c\r\nVia: x", "sip:u@h", out),
                   "\"a \\\"b\\\" \\\\ cVia: x\" <sip:u@h>");
  cr_assert_str_eq(sip_text_name_address("", "sip:u@h", out), "<sip:u@h>");
  cr_assert_str_eq(sip_text_name_address(NULL, "sip:u@h", out), "<sip:u@h>");
}

Test(sip_text, a_name_without_end_is_cut_and_still_quoted) {
  char name[1000];
  memset(name, '"', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  (void)sip_text_name_address(name, "sip:u@h", out);
  cr_assert_str_eq(out + strlen(out) - strlen("\\\"\" <sip:u@h>"), "\\\"\" <sip:u@h>");
}

Test(sip_text, a_user_is_escaped) {
  cr_assert_str_eq(sip_text_user_uri("mfa user@x>", "pbx", out), "sip:mfa%20user%40x%3E@pbx");
}

/* ---- keys ---- */

static char key(const char *type, const char *body) {
  return sip_text_key(type, radmfa_text(body));
}

Test(sip_text, a_key_comes_in_an_info) {
  cr_assert_eq(key("application/dtmf-relay", "Signal=#\r\nDuration=100\r\n"), '#');
  cr_assert_eq(key("application/dtmf-relay", "Duration=100\r\nsignal = 5"), '5');
  cr_assert_eq(key("Application/DTMF-Relay", "Signal=11\n"), '#');
  cr_assert_eq(key("application/dtmf-relay", "Signal=10"), '*');
  cr_assert_eq(key("application/dtmf", "#"), '#');
  cr_assert_eq(key("application/dtmf", " a\r\n"), 'A');
}

Test(sip_text, what_is_no_key_is_none) {
  cr_assert_eq(key("text/plain", "Signal=#"), '\0');
  cr_assert_eq(key(NULL, "#"), '\0');
  cr_assert_eq(key("application/dtmf-relay", ""), '\0');
  cr_assert_eq(key("application/dtmf-relay", "Signal=16"), '\0');
  cr_assert_eq(key("application/dtmf-relay", "Signal=12#"), '\0');
  cr_assert_eq(key("application/dtmf-relay", "Signal"), '\0');
  cr_assert_eq(key("application/dtmf", "##"), '\0');
  cr_assert_eq(sip_text_key("application/dtmf", (radmfa_span){(const uint8_t *)"\0", 1}), '\0');
}

/* ---- what a trunk can do ---- */

Test(sip_text, codecs_are_those_of_the_audio) {
  struct sip_probe probe = {0};
  sip_text_codecs(radmfa_text("v=0\r\nm=video 1 RTP/AVP 8\r\nm=audio 1 RTP/SAVP 0 18 96\r\n"
                              "a=rtpmap:96 telephone-event/8000\r\n"),
                  &probe);
  cr_assert(probe.has_sdp && probe.knows_pcmu && probe.knows_events);
  cr_assert_not(probe.knows_pcma);
}
