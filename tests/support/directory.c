/* directory.c: requests taken apart as far as the answers need, and answers put together, by hand:
 * what is tested has no part in it. */
#include "directory.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- BER, definite lengths (X.690 8.1) ---- */

struct element {
  uint8_t tag;
  radmfa_span value;
};

static size_t read_length(radmfa_span *in) {
  uint8_t first = *in->ptr++;
  in->len--;
  if (first < 0x80) return first;
  size_t len = 0;
  for (unsigned n = first & 0x7f; n > 0; n--, in->len--) len = len << 8 | *in->ptr++;
  return len;
}

static struct element take(radmfa_span *in) {
  struct element element = {.tag = 0};
  if (in->len < 2) return element;
  element.tag = *in->ptr++;
  in->len--;
  size_t len = read_length(in);
  cr_assert_leq(len, in->len, "a request came in pieces");
  element.value = (radmfa_span){in->ptr, len};
  in->ptr += len;
  in->len -= len;
  return element;
}

static void copy_text(radmfa_span from, char out[256]) {
  cr_assert_lt(from.len, 256);
  if (from.len) memcpy(out, from.ptr, from.len);
  out[from.len] = '\0';
}

/* What is written: lengths in two octets all the time. */
struct answer {
  uint8_t bytes[1024];
  size_t len;
};

static void put(struct answer *answer, uint8_t tag, radmfa_span value) {
  uint8_t head[] = {tag, 0x82, (uint8_t)(value.len >> 8), (uint8_t)value.len};
  cr_assert_leq(answer->len + sizeof head + value.len, sizeof answer->bytes);
  memcpy(answer->bytes + answer->len, head, sizeof head);
  if (value.len) memcpy(answer->bytes + answer->len + sizeof head, value.ptr, value.len);
  answer->len += sizeof head + value.len;
}

static void put_in(struct answer *answer, uint8_t tag, const struct answer *content) {
  put(answer, tag, (radmfa_span){content->bytes, content->len});
}

static struct answer wrap_with(uint32_t id, uint8_t tag, const struct answer *content,
                               const struct answer *controls) {
  uint8_t octets[] = {(uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id};
  size_t skip = 0;
  while (skip < 3 && octets[skip] == 0 && octets[skip + 1] < 0x80) skip++;
  struct answer message = {.len = 0}, out = {.len = 0};
  put(&message, 0x02, (radmfa_span){octets + skip, sizeof octets - skip});
  put_in(&message, tag, content);
  if (controls) {
    memcpy(message.bytes + message.len, controls->bytes, controls->len);
    message.len += controls->len;
  }
  put_in(&out, 0x30, &message);
  return out;
}

static struct answer wrap(uint32_t id, uint8_t tag, const struct answer *content) {
  return wrap_with(id, tag, content, NULL);
}

/* LDAPResult (RFC 4511 4.1.9) */
static struct answer result(uint8_t code, const char *diagnostic) {
  struct answer content = {.len = 0};
  put(&content, 0x0a, (radmfa_span){&code, 1});
  put(&content, 0x04, (radmfa_span){0});
  put(&content, 0x04, radmfa_text(diagnostic));
  return content;
}

static struct answer response(uint32_t id, uint8_t tag, uint8_t code, const char *diagnostic) {
  struct answer content = result(code, diagnostic);
  return wrap(id, tag, &content);
}

/* PartialAttribute (RFC 4511 4.1.7); none where the first value has no octets. */
static void put_attribute(struct answer *list, const char *name, const radmfa_span *from,
                          size_t n) {
  struct answer values = {.len = 0}, attribute = {.len = 0};
  if (!from[0].ptr) return;
  for (size_t i = 0; i < n && from[i].ptr; i++) put(&values, 0x04, from[i]);
  put(&attribute, 0x04, radmfa_text(name));
  put_in(&attribute, 0x31, &values);
  put_in(list, 0x30, &attribute);
}

static struct answer entry_of(uint32_t id, const char *dn, const struct answer *list) {
  struct answer content = {.len = 0};
  put(&content, 0x04, radmfa_text(dn));
  put_in(&content, 0x30, list);
  return wrap(id, 0x64, &content);
}

/* The number is that among all entries of a list. */
static void put_value(struct answer *list, const struct directory *directory, unsigned number) {
  uint8_t octets[64];
  radmfa_span value = directory->value;
  if (!directory->attribute) return;
  if (directory->n_pages && value.len > 0 && value.len <= sizeof octets) {
    memcpy(octets, value.ptr, value.len);
    octets[value.len - 1] = (uint8_t)('0' + number % 10);
    value.ptr = octets;
  }
  put_attribute(list, directory->attribute, &value, 1);
}

static struct answer entry(const struct directory *directory, uint32_t id, unsigned number) {
  struct answer list = {.len = 0};
  const radmfa_span object_class = radmfa_text(directory->object_class);
  put_value(&list, directory, number);
  for (unsigned i = 0; i < 3 && directory->more[i].attribute; i++) {
    const radmfa_span value = radmfa_text(directory->more[i].value);
    put_attribute(&list, directory->more[i].attribute, &value, 1);
  }
  put_attribute(&list, "objectSid", &directory->sid, 1);
  put_attribute(&list, "objectClass", &object_class, 1);
  return entry_of(id, DIRECTORY_ENTRY, &list);
}

static struct answer notice(void) {
  struct answer content = result(52, "going down");
  put(&content, 0x8a, radmfa_text("1.3.6.1.4.1.1466.20036"));
  return wrap(0, 0x78, &content);
}

/* ---- moods ---- */

static void say(struct tls_server_peer *peer, const struct answer *answer) {
  tls_server_say(peer, (radmfa_span){answer->bytes, answer->len});
}

/* In one piece, so that they come together. */
static void say_twice(struct tls_server_peer *peer, const struct answer *answer) {
  uint8_t bytes[2 * sizeof answer->bytes];
  memcpy(bytes, answer->bytes, answer->len);
  memcpy(bytes + answer->len, answer->bytes, answer->len);
  tls_server_say(peer, (radmfa_span){bytes, 2 * answer->len});
}

static void hold(struct directory *directory, struct tls_server_peer *peer,
                 const struct answer *answer) {
  cr_assert_lt(directory->n_held, DIRECTORY_HELD_MAX);
  struct directory_held *held = &directory->held[directory->n_held++];
  held->peer = peer;
  held->len = answer->len;
  memcpy(held->bytes, answer->bytes, answer->len);
}

static void answer_in(struct directory *directory, enum mood mood, struct tls_server_peer *peer,
                      uint32_t id, uint8_t tag, const struct answer *good) {
  static const uint8_t broken[] = {0x30, 0x80, 0x02, 0x01, 0x01};
  static const uint8_t huge[] = {0x30, 0x83, 0x0f, 0x00, 0x00};
  struct answer other = response(mood == MOOD_WRONG_ID ? id + 1 : id,
                                 mood == MOOD_OTHER ? 0x6f : tag, 53, "unwilling");
  switch (mood) {
    case MOOD_GOOD: say(peer, good); return;
    case MOOD_SILENT:
    case MOOD_SLOW: hold(directory, peer, good); return;
    case MOOD_BROKEN: tls_server_say(peer, (radmfa_span){broken, sizeof broken}); return;
    case MOOD_HUGE: tls_server_say(peer, (radmfa_span){huge, sizeof huge}); return;
    case MOOD_HANGS_UP: tls_server_hang_up(peer); return;
    case MOOD_UNASKED: say_twice(peer, good); return;
    case MOOD_WRONG_ID:
    case MOOD_OTHER:
    case MOOD_REFUSES: say(peer, &other); return;
    case MOOD_NOTICE: break;
  }
  other = notice();
  say(peer, &other);
}

/* ---- requests ---- */

static void hear_bind(struct directory *directory, struct tls_server_peer *peer, uint32_t id,
                      radmfa_span content) {
  (void)take(&content); /* version */
  copy_text(take(&content).value, directory->name);
  copy_text(take(&content).value, directory->password);
  directory->n_binds++;
  bool is_right = strcmp(directory->password, "right") == 0;
  uint8_t wrong = directory->wrong_result ? (uint8_t)directory->wrong_result : 49;
  struct answer answer = response(id, 0x61, is_right ? 0 : wrong,
                                  is_right || !directory->diagnostic ? "" : directory->diagnostic);
  answer_in(directory, directory->on_bind, peer, id, 0x61, &answer);
}

/* ---- filters about the entry (RFC 4511 4.5.1.7) ---- */

enum truth { WRONG, UNDEFINED, RIGHT };

static bool is_among(const char *const groups[4], radmfa_span group) {
  for (unsigned i = 0; i < 4 && groups[i]; i++)
    if (radmfa_span_equal(radmfa_text(groups[i]), group)) return true;
  return false;
}

static enum truth is_in(const struct directory *directory, radmfa_span group, bool nested) {
  if (directory->hides_groups) return UNDEFINED;
  bool is_member = is_among(directory->groups, group);
  return is_member || (nested && is_among(directory->outer_groups, group)) ? RIGHT : WRONG;
}

static enum truth in_chain(const struct directory *directory, radmfa_span assertion) {
  cr_assert(radmfa_span_equal(take(&assertion).value, radmfa_text("1.2.840.113556.1.4.1941")));
  cr_assert(radmfa_span_equal(take(&assertion).value, radmfa_text("memberOf")));
  return is_in(directory, take(&assertion).value, true);
}

static enum truth truth_of(const struct directory *directory, struct element filter) {
  enum truth truth = filter.tag == 0xa0 ? RIGHT : WRONG;
  switch (filter.tag) {
    case 0xa0: /* and, or */
    case 0xa1:
      while (filter.value.len > 0) {
        enum truth one = truth_of(directory, take(&filter.value));
        if (filter.tag == 0xa0 ? one < truth : one > truth) truth = one;
      }
      return truth;
    case 0xa2: return RIGHT - truth_of(directory, take(&filter.value));
    case 0xa3: (void)take(&filter.value); return is_in(directory, take(&filter.value).value, false);
    case 0xa9: return in_chain(directory, filter.value);
    default: return RIGHT; /* it has what is asked for */
  }
}

/* The filter stands behind base, scope, aliases, two limits and typesOnly. */
static bool is_met(const struct directory *directory, radmfa_span search) {
  (void)take(&search);
  for (unsigned i = 0; i < 5; i++) (void)take(&search);
  return truth_of(directory, take(&search)) == RIGHT;
}

/* ---- pages (RFC 2696): what is said of one is the number of the next ---- */

static unsigned hear_page(struct directory *directory, radmfa_span controls) {
  directory->page_size = 0;
  if (!controls.len) return 0;
  struct element list = take(&controls);
  cr_assert_eq(list.tag, 0xa0);
  radmfa_span control = take(&list.value).value;
  cr_assert(radmfa_span_equal(take(&control).value, radmfa_text("1.2.840.113556.1.4.319")));
  cr_assert_eq(take(&control).value.ptr[0], 0xff, "it is critical");
  radmfa_span value = take(&control).value, page = take(&value).value, size = take(&page).value;
  for (size_t i = 0; i < size.len; i++)
    directory->page_size = directory->page_size << 8 | size.ptr[i];
  radmfa_span cookie = take(&page).value;
  return cookie.len ? cookie.ptr[0] : 0;
}

static struct answer search_done(const struct directory *directory, uint32_t id, unsigned page) {
  struct answer plain = result(0, ""), value = {.len = 0}, sequence = {.len = 0};
  struct answer control = {.len = 0}, list = {.len = 0}, controls = {.len = 0};
  uint8_t zero = 0, next = (uint8_t)(page + 1);
  bool is_last = next >= directory->n_pages && !directory->has_no_end;
  if (!directory->page_size || !directory->n_pages) return wrap(id, 0x65, &plain);
  put(&value, 0x02, (radmfa_span){&zero, 1});
  put(&value, 0x04, (radmfa_span){&next, is_last ? 0 : 1});
  put_in(&sequence, 0x30, &value);
  put(&control, 0x04, radmfa_text("1.2.840.113556.1.4.319"));
  put_in(&control, 0x04, &sequence);
  put_in(&list, 0x30, &control);
  put_in(&controls, 0xa0, &list);
  return wrap_with(id, 0x65, &plain, &controls);
}

static void find(struct directory *directory, struct tls_server_peer *peer, uint32_t id,
                 radmfa_span search, unsigned page) {
  struct answer all = {.len = 0};
  bool is_about_entry = strcmp(directory->base, DIRECTORY_ENTRY) == 0;
  unsigned n = is_about_entry ? is_met(directory, search) : directory->n_entries;
  for (unsigned i = 0; i < n; i++) {
    struct answer one = entry(directory, id, page * n + i);
    memcpy(all.bytes + all.len, one.bytes, one.len);
    all.len += one.len;
  }
  struct answer done = search_done(directory, id, page);
  cr_assert_leq(all.len + done.len, sizeof all.bytes);
  memcpy(all.bytes + all.len, done.bytes, done.len);
  all.len += done.len;
  answer_in(directory, is_about_entry ? directory->on_groups : directory->on_search, peer, id, 0x65,
            &all);
}

static void say_token(struct directory *directory, struct tls_server_peer *peer, uint32_t id) {
  struct answer list = {.len = 0};
  put_attribute(&list, "tokenGroups", directory->token, 2);
  struct answer all = entry_of(id, "", &list), done = response(id, 0x65, 0, "");
  memcpy(all.bytes + all.len, done.bytes, done.len);
  all.len += done.len;
  directory->n_tokens++;
  answer_in(directory, directory->on_token, peer, id, 0x65, &all);
}

static void say_root(struct directory *directory, struct tls_server_peer *peer, uint32_t id) {
  struct answer done = response(id, 0x65, 0, "");
  directory->n_probes++;
  answer_in(directory, directory->on_probe, peer, id, 0x65, &done);
}

static void hear_search(struct directory *directory, struct tls_server_peer *peer, uint32_t id,
                        radmfa_span content, radmfa_span controls) {
  radmfa_span whole = content;
  radmfa_span base = take(&content).value;
  if (base.len == 0) { /* the root */
    bool is_about_token = memmem(whole.ptr, whole.len, "tokenGroups", strlen("tokenGroups"));
    (is_about_token ? say_token : say_root)(directory, peer, id);
    return;
  }
  cr_assert_leq(whole.len, sizeof directory->request);
  copy_text(base, directory->base);
  memcpy(directory->request, whole.ptr, whole.len);
  directory->request_len = whole.len;
  directory->n_searches++;
  find(directory, peer, id, whole, hear_page(directory, controls));
}

static void hear_start_tls(struct directory *directory, struct tls_server_peer *peer, uint32_t id) {
  struct answer answer = response(id, 0x78, 0, "");
  directory->n_start_tls++;
  answer_in(directory, directory->on_start_tls, peer, id, 0x78, &answer);
  if (directory->on_start_tls == MOOD_GOOD) tls_server_begin_tls(peer);
}

static void hear_message(struct directory *directory, struct tls_server_peer *peer,
                         radmfa_span message) {
  radmfa_span id_value = take(&message).value;
  struct element request = take(&message);
  uint32_t id = 0;
  for (size_t i = 0; i < id_value.len; i++) id = id << 8 | id_value.ptr[i];
  switch (request.tag) {
    case 0x60: hear_bind(directory, peer, id, request.value); break;
    case 0x63: hear_search(directory, peer, id, request.value, message); break;
    case 0x77: hear_start_tls(directory, peer, id); break;
    case 0x42: directory->n_unbinds++; break;
    default: cr_assert_fail("a request with tag %02x", request.tag);
  }
}

static void hear(struct tls_server_peer *peer, radmfa_span bytes, void *user) {
  struct directory *directory = user;
  while (bytes.len > 0) hear_message(directory, peer, take(&bytes).value);
}

/* ---- held answers ---- */

static void drop_held(struct directory *directory, size_t at) {
  memmove(&directory->held[at], &directory->held[at + 1],
          (--directory->n_held - at) * sizeof directory->held[0]);
}

static void gone(struct tls_server_peer *peer, void *user) {
  struct directory *directory = user;
  for (size_t i = directory->n_held; i-- > 0;)
    if (directory->held[i].peer == peer) drop_held(directory, i);
}

void directory_answer_all(struct directory *directory) {
  while (directory->n_held > 0) {
    struct directory_held held = directory->held[0];
    drop_held(directory, 0);
    tls_server_say(held.peer, (radmfa_span){held.bytes, held.len});
  }
}

bool directory_say_octet(struct directory *directory) {
  struct directory_held *held = &directory->held[0];
  if (directory->n_held == 0) return false;
  tls_server_say(held->peer, (radmfa_span){held->bytes, 1});
  memmove(held->bytes, held->bytes + 1, --held->len);
  if (held->len == 0) drop_held(directory, 0);
  return true;
}

/* ---- life ---- */

void directory_open(struct directory *directory, uv_loop_t *loop, const struct identity *identity,
                    bool starts_tls) {
  static const uint8_t sid[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 33, 2, 0, 0};
  *directory = (struct directory){.n_entries = 1,
                                  .token = {{sid, sizeof sid}},
                                  .sid = {sid, sizeof sid},
                                  .object_class = "person"};
  tls_server_open(&directory->server, loop,
                  &(struct tls_server_options){.identity = identity,
                                               .is_plain = !identity || starts_tls,
                                               .hear = hear,
                                               .gone = gone,
                                               .user = directory});
}

void directory_close(struct directory *directory) {
  tls_server_close(&directory->server);
}

void directory_hang_up(struct directory *directory) {
  tls_server_hang_up_all(&directory->server);
}
