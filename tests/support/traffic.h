/* traffic.h: requests as a client would send them, and replies as a client would judge them. */
#ifndef RADMFA_TESTS_TRAFFIC_H
#define RADMFA_TESTS_TRAFFIC_H

#include <radmfa/auth.h>
#include <radmfa/backend.h>

/* What a test says of a request. What it leaves out is as an AD Connector has it: PAP, signed, from
 * 10.0.1.23:40000. Two that say the same are the same octets: a retransmission; `fresh` makes
 * another authenticator. */
struct request {
  const char *user;     /* NULL: no User-Name */
  const char *password; /* NULL: no User-Password */
  const char *label;    /* for messages and logs; NULL: "#1", "#2", ... */
  const char *peer;
  const char *station;     /* Calling-Station-Id */
  const char *nas;         /* NAS-Identifier */
  const char *proxy_state; /* several with commas between them */
  radmfa_method method;    /* other than PAP: without a password that means anything */
  uint16_t socket;
  uint8_t code; /* 0: Access-Request */
  uint8_t id;
  uint8_t engine;
  uint8_t fresh;
  bool is_unsigned; /* no Message-Authenticator */
  bool is_forged;   /* a wrong one */
  uint16_t filler;  /* octets of Class attributes, to make it large */
  uint8_t
      password_octets; /* instead of `password`: a User-Password of so many octets of nonsense */
};

/* What is left out is zero: that is the point. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define access_request(...) ((struct request){__VA_ARGS__})

struct sent {
  uint8_t *bytes; /* malloc */
  size_t len;
  radmfa_address peer;
};

struct sent traffic_build(const struct request *request, const radmfa_secret *secret);

/* traffic_fault says what is wrong with a reply to that request, NULL: nothing. */
const char *traffic_fault(radmfa_span reply, const struct sent *request,
                          const radmfa_secret *secret);

/* traffic_attributes writes what the reply says beside Message-Authenticator and Proxy-State as "
 * 18=text 25=text". */
void traffic_attributes(radmfa_span reply, char *out_text, size_t size);

#endif
