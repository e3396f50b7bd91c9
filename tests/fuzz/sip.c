/* Any octets as what the far end of a SIP call may send and we read ourselves: keys, descriptions,
 * challenges, a stream of messages; and as what is configured: URIs, names. Whatever we write has
 * no line end of theirs and fits. */
#include "factor/sip_digest.h"
#include "factor/sip_frame.h"
#include "factor/sip_text.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_one_line(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) return false;
  return true;
}

static void read_bodies(radmfa_span body) {
  struct sip_probe probe = {0};
  char relay = sip_text_key("application/dtmf-relay", body);
  char plain = sip_text_key("application/dtmf", body);
  CHECK(!relay || strchr("0123456789*#ABCD", relay));
  CHECK(!plain || strchr("0123456789*#ABCD", plain));
  sip_text_codecs(body, &probe);
}

static void read_stream(radmfa_span bytes) {
  size_t len;
  uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
  CHECK(copy);
  if (bytes.len) memcpy(copy, bytes.ptr, bytes.len);
  for (size_t at = 0; !sip_frame_take((radmfa_span){copy + at, bytes.len - at}, &len); at += len) {
    CHECK(len > 0 && len <= bytes.len - at);
    sip_frame_say_tls(copy + at, len);
  }
  free(copy);
}

/* The hash is of no account here. */
static void no_hash(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]) {
  (void)bytes;
  memset(out_hex, 'a', SIP_DIGEST_HEX_SIZE - 1);
  out_hex[SIP_DIGEST_HEX_SIZE - 1] = '\0';
}

/* Each line is a parameter. */
static void read_challenge(char *text) {
  const char *params[9] = {0};
  char out[SIP_DIGEST_SIZE], *rest = NULL;
  size_t n = 0;
  for (char *line = strtok_r(text, "\n", &rest); line && n < 8; line = strtok_r(NULL, "\n", &rest))
    params[n++] = line;
  struct sip_challenge challenge = {.params = params};
  struct sip_credentials credentials = {
      .user = "u", .password = radmfa_text("p"), .md5 = no_hash, .sha256 = no_hash};
  struct sip_digest_request request = {.method = "BYE", .uri = "sip:x", .cnonce = "c"};
  if (sip_digest_answer(&challenge, &credentials, &request, out)) CHECK(strlen(out) < sizeof out);
}

static void write_texts(const char *text) {
  struct sip_target target;
  char out[SIP_URI_SIZE];
  if (sip_text_target(text, &target)) {
    CHECK(target.port && is_one_line(sip_text_host_port(&target, out)));
    CHECK(
        strspn(target.host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") ==
        strlen(target.host));
  }
  CHECK(is_one_line(sip_text_name_address(text, "sip:u@h", out)));
  CHECK(is_one_line(sip_text_user_uri(text, "h", out)) && !strchr(out + 4, ' '));
  if (sip_text_is_number(text)) CHECK(strlen(text) <= SIP_NUMBER_MAX + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  CHECK(text);
  if (size) memcpy(text, data, size);
  text[size] = '\0';
  read_bodies((radmfa_span){data, size});
  read_stream((radmfa_span){data, size});
  write_texts(text);
  read_challenge(text);
  free(text);
  return 0;
}
