#include "reply.h"

#include "forward.h"
#include "sign.h"
#include "wire.h"

#include "core.h"

#define EAP_FAILURE_SIZE 4u

static const uint8_t code_of[] = {[RADMFA_VERDICT_ACCEPT] = RADMFA_ACCESS_ACCEPT,
                                  [RADMFA_VERDICT_REJECT] = RADMFA_ACCESS_REJECT,
                                  [RADMFA_VERDICT_SILENT] = RADMFA_ACCESS_REJECT, /* never built */
                                  [RADMFA_VERDICT_CHALLENGE] = RADMFA_ACCESS_CHALLENGE};

/* A request by EAP that is refused gets EAP-Failure (RFC 3579 2.6.3), with the identifier of the
 * response it answers (RFC 3748 4.2). */
static void add_eap_failure(radmfa_builder *builder, const radmfa_packet *request) {
  radmfa_span eap;
  if (!radmfa_packet_find(request, RADMFA_ATTR_EAP_MESSAGE, &eap) || eap.len < 2) return;
  const uint8_t failure[EAP_FAILURE_SIZE] = {4, eap.ptr[1], 0, EAP_FAILURE_SIZE};
  radmfa_build_attr(builder, RADMFA_ATTR_EAP_MESSAGE, (radmfa_span){failure, sizeof failure});
}

/* An Access-Reject of our own has beside Proxy-State only Reply-Message, EAP-Message and
 * Message-Authenticator (RFC 2865 5.44). What a primary said with its yes is not for someone who
 * is refused. */
static void add_reject_attributes(radmfa_builder *builder, const struct login *login,
                                  const radmfa_packet *request) {
  radmfa_span said = radmfa__blob_attributes(login->blob);
  bool has_eap = false;
  if (login->primary_said != RADMFA_PRIMARY_REJECT) said.len = 0;
  for (radmfa_attr attr; take_attr(&said, &attr);) {
    if (attr.type != RADMFA_ATTR_REPLY_MESSAGE && attr.type != RADMFA_ATTR_EAP_MESSAGE) continue;
    has_eap |= attr.type == RADMFA_ATTR_EAP_MESSAGE;
    radmfa_build_attr(builder, attr.type, attr.value);
  }
  if (request->has_eap && !has_eap) add_eap_failure(builder, request);
}

/* In plain proxying an upstream server's reject goes on as it is. */
static bool is_relayed_reject(const struct login *login) {
  const struct policy *policy = login->client->policy;
  return login->primary_said == RADMFA_PRIMARY_REJECT && policy->primary->is_upstream &&
         !policy->n_factors;
}

int radmfa__reply_build(const struct login *login, uint8_t buffer[RADMFA_PACKET_SIZE_MAX],
                        radmfa_span *out_reply) {
  radmfa_packet request = login_packet(login);
  radmfa_builder builder;
  radmfa_build_reply(&builder, buffer, RADMFA_PACKET_SIZE_MAX, code_of[login->verdict], &request);
  if (login->verdict == RADMFA_VERDICT_REJECT && !is_relayed_reject(login))
    add_reject_attributes(&builder, login, &request);
  else
    radmfa__forward_hide(&builder, login->client->secret, radmfa__blob_attributes(login->blob));
  return radmfa__build_end(&builder, out_reply);
}

size_t radmfa__reply_size_min(const radmfa_packet *request) {
  size_t size = RADMFA_HEADER_SIZE + 2 + RADMFA_AUTHENTICATOR_SIZE + 2 + EAP_FAILURE_SIZE;
  if (!request->proxy_state_at) return size;
  radmfa_span rest = attributes_of(request, request->proxy_state_at);
  for (radmfa_attr attr; take_attr(&rest, &attr);)
    if (attr.type == RADMFA_ATTR_PROXY_STATE) size += 2 + attr.value.len;
  return size;
}
