/* Where a directory listens, as an administrator writes it. */
#include "ldap_url.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void is_read(const char *text, const char *host, uint16_t port, bool is_ldaps) {
  struct ldap_url url;
  const char *problem = ldap_url_parse(text, &url);
  cr_assert_null(problem, "%s %s", text, problem);
  cr_assert_str_eq(url.host, host);
  cr_assert_eq(url.port, port);
  cr_assert_eq(url.is_ldaps, is_ldaps);
}

static void is_refused(const char *text, const char *wanted) {
  struct ldap_url url = {.port = 4711};
  const char *problem = ldap_url_parse(text, &url);
  cr_assert_not_null(problem, "%s was taken", text);
  cr_assert(strstr(problem, wanted), "%s %s", text, problem);
  cr_assert_eq(url.port, 4711);
}

Test(ldap_url, each_scheme_has_its_port) {
  is_read("ldap://dc1.corp.example", "dc1.corp.example", 389, false);
  is_read("ldaps://dc1.corp.example", "dc1.corp.example", 636, true);
}

Test(ldap_url, a_port_may_be_given) {
  is_read("ldaps://dc1.corp.example:3269", "dc1.corp.example", 3269, true);
  is_read("ldap://10.0.3.9:1", "10.0.3.9", 1, false);
  is_read("ldap://10.0.3.9:65535/", "10.0.3.9", 65535, false);
}

Test(ldap_url, an_ipv6_address_stands_in_brackets) {
  is_read("ldaps://[2001:DB8::4]", "2001:db8::4", 636, true);
  is_read("ldap://[::1]:1389", "::1", 1389, false);
}

Test(ldap_url, an_ipv6_address_without_brackets_is_told_of_them) {
  is_refused("ldap://2001:db8::4", "brackets around an IPv6 address");
}

Test(ldap_url, case_does_not_matter) {
  is_read("LDAPS://DC1.Corp.Example", "dc1.corp.example", 636, true);
}

Test(ldap_url, another_scheme_is_refused) {
  is_refused("http://dc1", "ldaps:// or ldap://");
  is_refused("dc1.corp.example", "ldaps:// or ldap://");
  is_refused("ldapi:///var/run/ldapi", "ldaps:// or ldap://");
}

Test(ldap_url, without_a_host_it_is_refused) {
  static const char *const urls[] = {"ldap://",        "ldap:///",     "ldap://:389",
                                     "ldap://[]",      "ldap://[dc1]", "ldap://[::1",
                                     "ldap://[1:2:3]", "ldap:// x",    "ldap://\xc3\xa4"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) is_refused(urls[i], "name a host");
}

Test(ldap_url, a_wrong_port_is_refused) {
  static const char *const ports[] = {"", "0", "65536", "+1", "x", "000001"};
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
    char text[64];
    snprintf(text, sizeof text, "ldap://dc1:%s", ports[i]);
    is_refused(text, "1..65535");
  }
}

Test(ldap_url, what_a_search_would_need_is_refused) {
  is_refused("ldap://dc1/dc=corp,dc=example", "end after host and port");
  is_refused("ldap://dc1:389?x", "end after host and port");
  is_refused("ldap://user@dc1", "end after host and port");
}

Test(ldap_url, a_host_fits_into_a_dns_name) {
  char text[400];
  snprintf(text, sizeof text, "ldap://%0253d", 0);
  struct ldap_url url;
  cr_assert_null(ldap_url_parse(text, &url));
  cr_assert_eq(strlen(url.host), 253);
  snprintf(text, sizeof text, "ldap://%0254d", 0);
  is_refused(text, "name a host");
}
