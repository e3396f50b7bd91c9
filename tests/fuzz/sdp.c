/* Any octets as a description: what is read of it is one that can be answered, and our answer to it
 * is read as it was meant. */
#include "factor/sdp.h"

#include <radmfa/error.h>

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_session(const struct sdp_session *session, bool wants_srtp) {
  CHECK(session->codec == SDP_PCMU || session->codec == SDP_PCMA);
  CHECK(session->codec_payload < 128);
  CHECK(session->event_payload < 128 || session->event_payload == SDP_NO_EVENTS);
  CHECK(session->event_payload != session->codec_payload);
  CHECK(session->rtp.port != 0 && session->has_srtp == wants_srtp);
  CHECK(session->n_streams <= SDP_STREAMS_MAX && session->stream < session->n_streams);
  for (size_t i = 0; i < session->n_streams; i++)
    CHECK(memchr(session->refused[i], 0, SDP_REFUSED_SIZE));
}

static void check_answer(const struct sdp_session *session) {
  struct sdp_local local = {.rtp = {.port = 20000, .ip = {0x20, 1, [15] = 1}},
                            .has_srtp = session->has_srtp,
                            .srtp_tag = session->srtp_tag};
  struct sdp_session again;
  char text[SDP_SIZE_MAX];
  size_t len = sdp_write_answer(&local, session, text);
  CHECK(len < SDP_SIZE_MAX - 1 && text[len] == '\0' && strlen(text) == len);
  CHECK(sdp_read((radmfa_span){(const uint8_t *)text, len}, session->has_srtp, &again) == 0);
  CHECK(again.codec == session->codec && again.codec_payload == session->codec_payload);
  CHECK(again.event_payload == session->event_payload && again.srtp_tag == session->srtp_tag);
  CHECK(again.hears == session->sends && again.sends == session->hears);
  CHECK(again.n_streams == session->n_streams && again.stream == session->stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sdp_session session;
  for (unsigned wants_srtp = 0; wants_srtp < 2; wants_srtp++) {
    int error = sdp_read((radmfa_span){data, size}, wants_srtp, &session);
    CHECK(error == 0 || error == RADMFA_E_MALFORMED || error == RADMFA_E_NOT_FOUND);
    if (error) continue;
    check_session(&session, wants_srtp);
    check_answer(&session);
  }
  return 0;
}
