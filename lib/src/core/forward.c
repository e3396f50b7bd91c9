#include "forward.h"

#include "hidden.h"
#include "wire.h"

#include "core.h"

/* A builder that takes attributes alone. */
static radmfa_builder attributes_in(uint8_t out[RADMFA_PACKET_SIZE_MAX], size_t size) {
  return (radmfa_builder){.buffer = out, .size = size};
}

static int hand_over(radmfa_builder *attributes, size_t *out_len) {
  if (attributes->error)
    radmfa_wipe(attributes->buffer, attributes->used);
  else
    *out_len = attributes->used;
  return attributes->error;
}

/* ---- the request's way to the server ---- */

bool radmfa__forward_is_loop(const radmfa_packet *request, radmfa_span mark) {
  if (!mark.len || !request->proxy_state_at) return false;
  radmfa_span rest = attributes_of(request, request->proxy_state_at);
  for (radmfa_attr attr; take_attr(&rest, &attr);)
    if (attr.type == RADMFA_ATTR_PROXY_STATE && radmfa_span_equal(attr.value, mark)) return true;
  return false;
}

/* The octets by which User-Password grows when it is hidden (RFC 2865 5.2). */
static size_t hidden_growth(radmfa_span password) {
  return password.len ? (size_t)(-password.len % 16) : 16;
}

static void put_forwarded(radmfa_builder *to, const radmfa_packet *request, const radmfa_attr *attr,
                          radmfa_span password) {
  if (attr->type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR) return;
  if (attr->type != RADMFA_ATTR_USER_PASSWORD)
    put_attr(to, attr->type, attr->value);
  else if (attr->value.ptr == request->bytes + request->user_password_at + 2)
    put_attr(to, attr->type, password);
}

static void put_chap_challenge(radmfa_builder *to, const radmfa_packet *request) {
  radmfa_span value;
  if (radmfa_packet_find(request, RADMFA_ATTR_CHAP_PASSWORD, &value) &&
      !radmfa_packet_find(request, RADMFA_ATTR_CHAP_CHALLENGE, &value))
    put_attr(to, RADMFA_ATTR_CHAP_CHALLENGE,
             (radmfa_span){radmfa_packet_authenticator(request), RADMFA_AUTHENTICATOR_SIZE});
}

int radmfa__forward_request(const radmfa_packet *request, radmfa_span password, radmfa_span mark,
                            uint8_t out[RADMFA_PACKET_SIZE_MAX], size_t *out_len) {
  size_t growth = request->user_password_at ? hidden_growth(password) : 0;
  radmfa_builder to = attributes_in(out, ATTRIBUTES_SIZE_MAX - growth);
  if (password.len > RADMFA_PASSWORD_SIZE_MAX) return RADMFA_E_INVALID;
  radmfa_attr attr;
  for (size_t cursor = 0; radmfa_packet_next(request, &cursor, &attr);)
    put_forwarded(&to, request, &attr, password);
  put_chap_challenge(&to, request);
  if (mark.len) put_attr(&to, RADMFA_ATTR_PROXY_STATE, mark);
  return hand_over(&to, out_len);
}

static void build_one(radmfa_builder *builder, const radmfa_secret *secret,
                      const radmfa_attr *attr) {
  if (attr->type == 0)
    stick(builder, RADMFA_E_MALFORMED);
  else if (attr->type == RADMFA_ATTR_USER_PASSWORD)
    radmfa_build_user_password(builder, secret, attr->value);
  else
    radmfa_build_attr(builder, attr->type, attr->value);
}

void radmfa__forward_build(radmfa_builder *builder, const radmfa_secret *secret,
                           radmfa_span attributes) {
  for (radmfa_attr attr; take_attr(&attributes, &attr);) build_one(builder, secret, &attr);
  if (attributes.len) stick(builder, RADMFA_E_MALFORMED);
}

/* With its padding, which is padding again. */
static void rebuild_password(radmfa_builder *builder, const radmfa_secret *secret,
                             const radmfa_packet *sent, const radmfa_secret *sent_secret,
                             radmfa_span hidden) {
  uint8_t padded[RADMFA_PASSWORD_SIZE_MAX];
  int error = radmfa__reveal_padded(hidden, sent_secret, radmfa_packet_authenticator(sent), padded);
  stick(builder, error);
  if (error) return;
  radmfa_build_user_password(builder, secret, (radmfa_span){padded, hidden.len});
  radmfa_wipe(padded, sizeof padded);
}

void radmfa__forward_rebuild(radmfa_builder *builder, const radmfa_secret *secret,
                             const radmfa_packet *sent, const radmfa_secret *sent_secret) {
  radmfa_attr attr;
  for (size_t cursor = 0; radmfa_packet_next(sent, &cursor, &attr);) {
    if (attr.type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR) continue;
    if (attr.type == RADMFA_ATTR_USER_PASSWORD)
      rebuild_password(builder, secret, sent, sent_secret, attr.value);
    else
      radmfa_build_attr(builder, attr.type, attr.value);
  }
}

/* ---- the reply's way to the client ---- */

/* Attributes on one of the legs: `turn` is what becomes of the hidden ones. */
struct leg {
  radmfa_builder *to;
  int (*turn)(enum hidden_form form, struct hiding *hiding, radmfa_span value,
              uint8_t out_value[RADMFA_ATTR_VALUE_SIZE_MAX], size_t *out_len);
  struct hiding hiding;
};

/* An attribute, `head` being all before its value, with that value turned and its length set. */
static void put_turned(struct leg *leg, radmfa_span head, size_t length_at, enum hidden_form form,
                       radmfa_span value) {
  uint8_t turned[RADMFA_ATTR_VALUE_SIZE_MAX];
  size_t len = 0, start = leg->to->used;
  stick(leg->to, leg->turn(form, &leg->hiding, value, turned, &len));
  put(leg->to, head);
  put(leg->to, (radmfa_span){turned, len});
  put_length(leg->to, start, length_at);
  radmfa_wipe(turned, sizeof turned);
}

/* One attribute inside Vendor-Specific. */
struct vendor_attr {
  uint16_t type;
  radmfa_span head, value;
};

static bool take_vendor_attr(radmfa_span *in, struct vendor_layout layout,
                             struct vendor_attr *out) {
  radmfa_span rest = *in;
  if (!take(&rest, layout.header_size, &out->head)) return false;
  uint8_t length = out->head.ptr[layout.type_size];
  if (length < layout.header_size || !take(&rest, length - layout.header_size, &out->value))
    return false;
  out->type = layout.type_size == 2 ? read_u16(out->head.ptr) : out->head.ptr[0];
  *in = rest;
  return true;
}

/* A hidden value is never so long that it must be continued: such a one is no hidden value, and
 * must not go on in clear either. */
static void put_vendor_attr(struct leg *leg, uint32_t vendor, struct vendor_layout layout,
                            const struct vendor_attr *attr) {
  enum hidden_form form = radmfa__hidden_form(vendor, attr->type);
  if (form == HIDDEN_NOT) {
    put(leg->to, attr->head);
    put(leg->to, attr->value);
    return;
  }
  if (layout.has_continuation && attr->head.ptr[layout.header_size - 1] & 0x80)
    stick(leg->to, RADMFA_E_MALFORMED);
  put_turned(leg, attr->head, layout.type_size, form, attr->value);
}

/* What is left of a vendor's attributes and is none: as it is, unless it begins like a hidden
 * one. */
static void put_vendor_rest(struct leg *leg, uint32_t vendor, struct vendor_layout layout,
                            radmfa_span rest) {
  if (rest.len >= layout.type_size &&
      radmfa__hidden_form(vendor, layout.type_size == 2 ? read_u16(rest.ptr) : rest.ptr[0]))
    stick(leg->to, RADMFA_E_MALFORMED);
  put(leg->to, rest);
}

/* Vendor-Specific may hold several attributes of its vendor (RFC 2865 5.26). */
static void put_vendor(struct leg *leg, const radmfa_attr *attr) {
  radmfa_span rest = attr->value, number;
  struct vendor_layout layout = {0};
  if (take(&rest, 4, &number)) layout = radmfa__hidden_layout(read_u32(number.ptr));
  if (!layout.header_size) {
    put_attr(leg->to, attr->type, attr->value);
    return;
  }
  size_t start = leg->to->used;
  uint32_t vendor = read_u32(number.ptr);
  put_attr(leg->to, attr->type, number);
  for (struct vendor_attr inner; take_vendor_attr(&rest, layout, &inner);)
    put_vendor_attr(leg, vendor, layout, &inner);
  put_vendor_rest(leg, vendor, layout, rest);
  put_length(leg->to, start, 1);
}

static void put_any(struct leg *leg, const radmfa_attr *attr) {
  if (attr->type == RADMFA_ATTR_TUNNEL_PASSWORD)
    put_turned(leg, (radmfa_span){(uint8_t[]){attr->type, 0}, 2}, 1, HIDDEN_TAGGED, attr->value);
  else if (attr->type == RADMFA_ATTR_VENDOR_SPECIFIC)
    put_vendor(leg, attr);
  else
    put_attr(leg->to, attr->type, attr->value);
}

static bool is_of_one_leg(uint8_t type) {
  return type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR || type == RADMFA_ATTR_PROXY_STATE;
}

int radmfa__forward_reply(const radmfa_packet *reply,
                          const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
                          const radmfa_secret *secret, uint8_t out[RADMFA_PACKET_SIZE_MAX],
                          size_t *out_len) {
  radmfa_builder to = attributes_in(out, ATTRIBUTES_SIZE_MAX);
  struct leg leg = {.to = &to,
                    .turn = radmfa__hidden_open,
                    .hiding = {.secret = secret, .request_authenticator = request_authenticator}};
  radmfa_attr attr;
  for (size_t cursor = 0; radmfa_packet_next(reply, &cursor, &attr);)
    if (!is_of_one_leg(attr.type)) put_any(&leg, &attr);
  return hand_over(&to, out_len);
}

void radmfa__forward_hide(radmfa_builder *builder, const radmfa_secret *secret,
                          radmfa_span attributes) {
  struct leg leg = {.to = builder,
                    .turn = radmfa__hidden_hide,
                    .hiding = {.secret = secret,
                               .request_authenticator = builder->request_authenticator,
                               .attributes = attributes}};
  for (radmfa_attr attr; take_attr(&attributes, &attr);) {
    if (attr.type == 0) stick(builder, RADMFA_E_MALFORMED);
    if (is_of_one_leg(attr.type)) stick(builder, RADMFA_E_INVALID);
    put_any(&leg, &attr);
  }
  if (attributes.len) stick(builder, RADMFA_E_MALFORMED);
}
