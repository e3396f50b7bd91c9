/* sdp.c: a description is lines, "type=value"; those that stand before the first stream hold for
 * all of them (RFC 8866 5). Reading takes what PBXes send: lines that end with LF alone, are
 * unknown or in any order; words in either case. */
#include "sdp.h"

#include <radmfa/error.h>

#include <arpa/inet.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define V4_AT 12u /* where an IPv4 address stands in an IPv4-mapped one (RFC 4291 2.5.5.2) */
#define PAYLOAD_MAX 127u
#define SUITE "AES_CM_128_HMAC_SHA1_80"
#define KEY_TEXT_LEN 40u /* of 30 octets in base64, which need no "=" */
#define TAG_MAX 999999999u

static const uint8_t v4_mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

static bool is_v4(const radmfa_address *address) {
  return memcmp(address->ip, v4_mapped, V4_AT) == 0;
}

/* What a payload type stands for: an index of `encodings`. */
enum kind { KIND_OTHER, KIND_PCMU, KIND_PCMA, KIND_EVENTS };

/* All have 8000 samples a second (RFC 3551 6, RFC 4733 7.1.1). */
static const char *const encodings[] = {
    [KIND_PCMU] = "PCMU/8000", [KIND_PCMA] = "PCMA/8000", [KIND_EVENTS] = "telephone-event/8000"};

/* ---- writing ---- */

struct text {
  char *out;
  size_t used;
};

/* SDP_SIZE_MAX is more than the longest of ours needs. */
__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *format, ...) {
  size_t left = SDP_SIZE_MAX - text->used;
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text->out + text->used, left, format, arguments);
  va_end(arguments);
  if (n > 0) text->used += (size_t)n < left ? (size_t)n : left - 1;
}

/* "IN IP4 192.0.2.1" (RFC 8866 5.7) */
struct network {
  char text[sizeof "IN IP6 " + INET6_ADDRSTRLEN];
};

static struct network network_of(const radmfa_address *address) {
  char ip[INET6_ADDRSTRLEN] = "";
  struct network network;
  bool v4 = is_v4(address);
  (void)inet_ntop(v4 ? AF_INET : AF_INET6, address->ip + (v4 ? V4_AT : 0), ip, sizeof ip);
  (void)snprintf(network.text, sizeof network.text, "IN IP%c %s", v4 ? '4' : '6', ip);
  return network;
}

static void put_session(struct text *text, const struct sdp_local *local) {
  struct network network = network_of(&local->rtp);
  put(text, "v=0\r\n");
  put(text, "o=- %llu %u %s\r\n", (unsigned long long)local->session, local->version, network.text);
  put(text, "s=-\r\n");
  put(text, "c=%s\r\n", network.text);
  put(text, "t=0 0\r\n");
}

static void put_key(struct text *text, uint32_t tag, const uint8_t key[SDP_SRTP_KEY_SIZE]) {
  char base64[KEY_TEXT_LEN + 1];
  sodium_bin2base64(base64, sizeof base64, key, SDP_SRTP_KEY_SIZE, sodium_base64_VARIANT_ORIGINAL);
  put(text, "a=crypto:%u " SUITE " inline:%s\r\n", tag, base64);
  radmfa_wipe(base64, sizeof base64);
}

struct payload {
  unsigned number;
  enum kind kind;
};

/* Nobody here speaks RTCP: no bandwidth for it (RFC 3556 2). */
static void put_audio(struct text *text, const struct sdp_local *local,
                      const struct payload *payloads, size_t n) {
  put(text, "m=audio %u RTP/%s", local->rtp.port, local->has_srtp ? "SAVP" : "AVP");
  for (size_t i = 0; i < n; i++) put(text, " %u", payloads[i].number);
  put(text, "\r\nb=RS:0\r\nb=RR:0\r\n");
  for (size_t i = 0; i < n; i++) {
    put(text, "a=rtpmap:%u %s\r\n", payloads[i].number, encodings[payloads[i].kind]);
    if (payloads[i].kind == KIND_EVENTS) put(text, "a=fmtp:%u 0-15\r\n", payloads[i].number);
  }
  put(text, "a=ptime:20\r\n");
}

size_t sdp_write_offer(const struct sdp_local *local, char *out) {
  static const struct payload payloads[] = {
      {SDP_PCMU, KIND_PCMU}, {SDP_PCMA, KIND_PCMA}, {SDP_EVENT_PAYLOAD, KIND_EVENTS}};
  struct text text = {out, 0};
  put_session(&text, local);
  put_audio(&text, local, payloads, sizeof payloads / sizeof *payloads);
  if (local->has_srtp) put_key(&text, 1, local->srtp_key);
  put(&text, "a=sendrecv\r\n");
  return text.used;
}

/* RFC 3264 6.1 */
static const char *direction_of_answer(const struct sdp_session *session) {
  if (session->sends) return session->hears ? "sendrecv" : "recvonly";
  return session->hears ? "sendonly" : "inactive";
}

static void put_answer(struct text *text, const struct sdp_local *local,
                       const struct sdp_session *session) {
  struct payload payloads[] = {
      {session->codec_payload, session->codec == SDP_PCMU ? KIND_PCMU : KIND_PCMA},
      {session->event_payload, KIND_EVENTS}};
  put_audio(text, local, payloads, session->event_payload == SDP_NO_EVENTS ? 1 : 2);
  if (local->has_srtp) put_key(text, local->srtp_tag, local->srtp_key);
  put(text, "a=%s\r\n", direction_of_answer(session));
}

size_t sdp_write_answer(const struct sdp_local *local, const struct sdp_session *session,
                        char *out) {
  struct text text = {out, 0};
  put_session(&text, local);
  for (uint8_t i = 0; i < session->n_streams && i < SDP_STREAMS_MAX; i++)
    if (i == session->stream)
      put_answer(&text, local, session);
    else
      put(&text, "%.*s\r\n", (int)SDP_REFUSED_SIZE - 1, session->refused[i]);
  return text.used;
}

/* ---- lines, words, numbers ---- */

/* take moves `n` octets from the front of `*in` to `*out`; false, and nothing moved, where fewer
 * are left. Nothing else moves through a text. */
static bool take(radmfa_span *in, size_t n, radmfa_span *out) {
  if (n > in->len) return false;
  *out = (radmfa_span){in->ptr, n};
  in->ptr += n;
  in->len -= n;
  return true;
}

/* How many octets stand before the first of `stops`. */
static size_t length_to(radmfa_span in, const char *stops) {
  size_t len = 0;
  while (len < in.len && !memchr(stops, in.ptr[len], strlen(stops))) len++;
  return len;
}

/* A line without its end, CR LF or LF. */
static bool take_line(radmfa_span *in, radmfa_span *out) {
  radmfa_span end;
  if (!in->len || !take(in, length_to(*in, "\n"), out)) return false;
  (void)take(in, 1, &end);
  if (out->len && out->ptr[out->len - 1] == '\r') out->len--;
  return true;
}

/* What stands up to the next blank; false: nothing. */
static bool take_word(radmfa_span *in, radmfa_span *out) {
  radmfa_span blank;
  while (in->len && memchr(" \t", in->ptr[0], 2)) (void)take(in, 1, &blank);
  return in->len && take(in, length_to(*in, " \t"), out);
}

/* Whether `in` begins with it, letters in either case; goes behind it if so. */
static bool skip_word(radmfa_span *in, const char *word) {
  size_t len = strlen(word);
  radmfa_span taken;
  return len <= in->len && strncasecmp((const char *)in->ptr, word, len) == 0 &&
         take(in, len, &taken);
}

static bool is_word(radmfa_span span, const char *word) {
  return skip_word(&span, word) && !span.len;
}

static bool take_number(radmfa_span *in, uint32_t max, uint32_t *out) {
  uint32_t number = 0;
  size_t len = 0;
  for (; len < in->len && in->ptr[len] >= '0' && in->ptr[len] <= '9'; len++) {
    uint32_t digit = in->ptr[len] - (uint32_t)'0';
    if (digit > max || number > (max - digit) / 10) return false;
    number = number * 10 + digit;
  }
  radmfa_span digits;
  if (!len || !take(in, len, &digits)) return false;
  *out = number;
  return true;
}

/* Visible characters alone (RFC 8866 9, token, and the "/" of a protocol). */
static bool is_visible(radmfa_span word) {
  for (size_t i = 0; i < word.len; i++)
    if (word.ptr[i] <= ' ' || word.ptr[i] > '~') return false;
  return true;
}

/* ---- reading ---- */

struct stream {
  radmfa_span media, protocol, formats;
  uint32_t port;
  bool has_address;
  radmfa_address address;
  bool hears, sends;
  uint8_t kinds[PAYLOAD_MAX + 1]; /* of each payload type */
  bool has_key;
  uint32_t tag;
  uint8_t key[SDP_SRTP_KEY_SIZE];
};

struct reader {
  bool wants_srtp;
  struct stream common; /* what stands before the first stream */
  struct stream stream;
  bool in_stream;
  bool has_too_many;
  bool is_found;
  struct sdp_session session;
};

static bool is_multicast(const radmfa_address *address) {
  return is_v4(address) ? address->ip[V4_AT] >= 224 : address->ip[0] == 0xff;
}

/* Names are not resolved: nobody waits for that. */
static bool read_ip(radmfa_span word, bool v4, radmfa_address *out) {
  char text[INET6_ADDRSTRLEN] = "";
  radmfa_address address = {0};
  if (word.len >= sizeof text) return false;
  memcpy(text, word.ptr, word.len);
  if (v4) memcpy(address.ip, v4_mapped, V4_AT);
  if (inet_pton(v4 ? AF_INET : AF_INET6, text, address.ip + (v4 ? V4_AT : 0)) != 1) return false;
  if (is_multicast(&address)) return false;
  *out = address;
  return true;
}

/* c=IN IP4 192.0.2.1 (RFC 8866 5.7) */
static void read_connection(struct stream *stream, radmfa_span value) {
  radmfa_span network, type, address;
  stream->has_address = take_word(&value, &network) && is_word(network, "IN") &&
                        take_word(&value, &type) && take_word(&value, &address) &&
                        (is_word(type, "IP4") || is_word(type, "IP6")) &&
                        read_ip(address, is_word(type, "IP4"), &stream->address);
}

/* a=rtpmap:101 telephone-event/8000; one channel may be named (RFC 8866 6.6). */
static void read_rtpmap(struct stream *stream, radmfa_span value) {
  uint32_t payload;
  radmfa_span encoding;
  if (!take_number(&value, PAYLOAD_MAX, &payload) || !take_word(&value, &encoding)) return;
  stream->kinds[payload] = KIND_OTHER;
  for (uint8_t kind = KIND_PCMU; kind <= KIND_EVENTS; kind++) {
    radmfa_span rest = encoding;
    if (skip_word(&rest, encodings[kind]) && (!rest.len || is_word(rest, "/1")))
      stream->kinds[payload] = kind;
  }
}

/* inline:KEY or inline:KEY|2^31. The lifetime is more packets than a call has. What names several
 * keys (MKI, "|1:4") puts octets into each packet that nobody here expects (RFC 4568 6.1). */
static bool read_key(radmfa_span word, uint8_t out_key[SDP_SRTP_KEY_SIZE]) {
  radmfa_span text;
  size_t len;
  if (!skip_word(&word, "inline:") || !take(&word, KEY_TEXT_LEN, &text)) return false;
  if (word.len && (!skip_word(&word, "|") || length_to(word, "|:;") < word.len)) return false;
  return sodium_base642bin(out_key, SDP_SRTP_KEY_SIZE, (const char *)text.ptr, text.len, NULL, &len,
                           NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
         len == SDP_SRTP_KEY_SIZE;
}

/* Of the session parameters only those may stand there that change nothing here: no RTCP is heard,
 * no window of replays is asked for; and those that may be left out of account (RFC 4568 6.3). */
static bool knows_parameters(radmfa_span words) {
  radmfa_span word;
  while (take_word(&words, &word))
    if (!skip_word(&word, "-") && !skip_word(&word, "WSH=") && !is_word(word, "UNENCRYPTED_SRTCP"))
      return false;
  return true;
}

/* a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:... (RFC 4568 4). The first that we can is taken. */
static void read_crypto(struct stream *stream, radmfa_span value) {
  uint32_t tag;
  radmfa_span suite, key;
  if (stream->has_key || !take_number(&value, TAG_MAX, &tag)) return;
  if (!take_word(&value, &suite) || !is_word(suite, SUITE) || !take_word(&value, &key)) return;
  stream->has_key = knows_parameters(value) && read_key(key, stream->key);
  stream->tag = tag;
}

static bool read_direction(struct stream *stream, radmfa_span value) {
  static const struct {
    const char *word;
    bool hears, sends;
  } directions[] = {{"sendrecv", true, true},
                    {"sendonly", false, true},
                    {"recvonly", true, false},
                    {"inactive", false, false}};
  for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
    if (!is_word(value, directions[i].word)) continue;
    stream->hears = directions[i].hears;
    stream->sends = directions[i].sends;
    return true;
  }
  return false;
}

static void read_attribute(struct stream *stream, radmfa_span value) {
  if (skip_word(&value, "rtpmap:"))
    read_rtpmap(stream, value);
  else if (skip_word(&value, "crypto:"))
    read_crypto(stream, value);
  else
    (void)read_direction(stream, value);
}

/* m=audio 49170 RTP/AVP 0 8 101 (RFC 8866 5.14); the port may have "/2" behind it. */
static bool read_media(struct stream *stream, radmfa_span value) {
  radmfa_span port, first, formats;
  if (!take_word(&value, &stream->media) || !take_word(&value, &port)) return false;
  if (!take_number(&port, UINT16_MAX, &stream->port) || (port.len && port.ptr[0] != '/'))
    return false;
  if (!take_word(&value, &stream->protocol)) return false;
  stream->formats = formats = value;
  return take_word(&formats, &first) && is_visible(stream->media) && is_visible(stream->protocol) &&
         is_visible(first);
}

/* ---- streams ---- */

/* The first codec of ours; false: there is none. */
static bool pick_formats(const struct stream *stream, struct sdp_session *session) {
  radmfa_span formats = stream->formats, word;
  uint32_t payload;
  bool has_codec = false;
  session->event_payload = SDP_NO_EVENTS;
  while (take_word(&formats, &word)) {
    if (!take_number(&word, PAYLOAD_MAX, &payload) || word.len) continue;
    enum kind kind = (enum kind)stream->kinds[payload];
    if (kind == KIND_EVENTS && session->event_payload == SDP_NO_EVENTS)
      session->event_payload = (uint8_t)payload;
    if ((kind != KIND_PCMU && kind != KIND_PCMA) || has_codec) continue;
    session->codec = kind == KIND_PCMU ? SDP_PCMU : SDP_PCMA;
    session->codec_payload = (uint8_t)payload;
    has_codec = true;
  }
  return has_codec;
}

static bool is_any(const radmfa_address *address) {
  static const uint8_t zero[sizeof address->ip];
  size_t from = is_v4(address) ? V4_AT : 0;
  return memcmp(address->ip + from, zero + from, sizeof zero - from) == 0;
}

/* Whether it is one that we can speak; then `session` is it. */
static bool pick(const struct stream *stream, bool wants_srtp, struct sdp_session *session) {
  if (!is_word(stream->media, "audio") || !stream->port || !stream->has_address) return false;
  if (!is_word(stream->protocol, wants_srtp ? "RTP/SAVP" : "RTP/AVP")) return false;
  if (wants_srtp && !stream->has_key) return false;
  if (!pick_formats(stream, session)) return false;
  session->rtp = stream->address;
  session->rtp.port = (uint16_t)stream->port;
  session->hears = stream->hears && !is_any(&stream->address);
  session->sends = stream->sends;
  session->has_srtp = wants_srtp;
  session->srtp_tag = wants_srtp ? stream->tag : 0;
  if (wants_srtp) memcpy(session->srtp_key, stream->key, sizeof session->srtp_key);
  return true;
}

/* Port 0 refuses it (RFC 3264 6); false: the words are too long for any that is known. */
static bool refuse(const struct stream *stream, char out[SDP_REFUSED_SIZE]) {
  radmfa_span formats = stream->formats, first;
  if (!take_word(&formats, &first)) return false;
  int n = snprintf(out, SDP_REFUSED_SIZE, "m=%.*s 0 %.*s %.*s", (int)stream->media.len,
                   (const char *)stream->media.ptr, (int)stream->protocol.len,
                   (const char *)stream->protocol.ptr, (int)first.len, (const char *)first.ptr);
  return n > 0 && (size_t)n < SDP_REFUSED_SIZE;
}

static bool end_stream(struct reader *reader) {
  struct sdp_session *session = &reader->session;
  if (!reader->in_stream) return true;
  reader->has_too_many |= session->n_streams == SDP_STREAMS_MAX;
  if (reader->has_too_many) return true;
  uint8_t number = session->n_streams++;
  if (!reader->is_found && pick(&reader->stream, reader->wants_srtp, session)) {
    reader->is_found = true;
    session->stream = number;
    return true;
  }
  return refuse(&reader->stream, session->refused[number]);
}

static bool begin_stream(struct reader *reader, radmfa_span value) {
  if (!end_stream(reader)) return false;
  reader->in_stream = true;
  reader->stream = reader->common;
  return read_media(&reader->stream, value);
}

static bool read_line(struct reader *reader, radmfa_span line) {
  struct stream *stream = reader->in_stream ? &reader->stream : &reader->common;
  if (skip_word(&line, "m=")) return begin_stream(reader, line);
  if (skip_word(&line, "c=")) read_connection(stream, line);
  if (skip_word(&line, "a=")) read_attribute(stream, line);
  return true;
}

static int read_all(struct reader *reader, radmfa_span text) {
  radmfa_span line;
  if (!take_line(&text, &line) || !is_word(line, "v=0")) return RADMFA_E_MALFORMED;
  while (take_line(&text, &line))
    if (!read_line(reader, line)) return RADMFA_E_MALFORMED;
  if (!end_stream(reader)) return RADMFA_E_MALFORMED;
  return reader->is_found && !reader->has_too_many ? 0 : RADMFA_E_NOT_FOUND;
}

int sdp_read(radmfa_span text, bool wants_srtp, struct sdp_session *out_session) {
  if (text.len > SDP_READ_SIZE_MAX || (text.len && memchr(text.ptr, 0, text.len)))
    return RADMFA_E_MALFORMED;
  struct reader reader = {.wants_srtp = wants_srtp, .common = {.hears = true, .sends = true}};
  /* These two need no rtpmap (RFC 3551 6). */
  reader.common.kinds[SDP_PCMU] = KIND_PCMU;
  reader.common.kinds[SDP_PCMA] = KIND_PCMA;
  int error = read_all(&reader, text);
  if (!error) *out_session = reader.session;
  radmfa_wipe(&reader, sizeof reader);
  return error;
}
