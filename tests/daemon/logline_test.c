#include "logline.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* 2026-01-31T23:59:59.007Z */
static const struct timespec moment = {.tv_sec = 1769903999, .tv_nsec = 7999999};

static struct logline line;

static const struct logline_key k_key = LOGLINE_KEY("k");
static const struct logline_key reason_key = LOGLINE_KEY("reason");
static const struct logline_key waiters_key = LOGLINE_KEY("waiters");
static const struct logline_key factor_key = LOGLINE_KEY("factor");
static const struct logline_key identity_key = LOGLINE_KEY("identity");
static const struct logline_key hint_key = LOGLINE_KEY("hint");

static const char *finished(void) {
  logline_end(&line);
  cr_assert_lt(line.len, LOGLINE_SIZE);
  line.text[line.len] = '\0';
  return line.text;
}

/* What a value looks like in a line of that format. */
static const char *shown(enum log_format format, const char *bytes, size_t len) {
  line.format = format;
  line.len = 0;
  logline_value(&line, &k_key, (radmfa_span){(const uint8_t *)bytes, len});
  line.text[line.len] = '\0';
  return line.text + (format == LOG_FORMAT_JSON ? strlen(",\"k\":") : strlen(" k="));
}

#define JSON(literal) shown(LOG_FORMAT_JSON, literal, sizeof literal - 1)
#define TEXT(literal) shown(LOG_FORMAT_TEXT, literal, sizeof literal - 1)

Test(logline, a_json_line_begins_with_time_and_event) {
  logline_begin(&line, LOG_FORMAT_JSON, moment, LOG_LEVEL_INFO, "login");
  cr_assert_str_eq(finished(), "{\"ts\":\"2026-01-31T23:59:59.007Z\",\"event\":\"login\"}\n");
}

Test(logline, a_text_line_begins_with_time_level_and_event_in_columns) {
  logline_begin(&line, LOG_FORMAT_TEXT, moment, LOG_LEVEL_WARNING, "drop");
  logline_word(&line, &reason_key, "forged");
  cr_assert_str_eq(finished(), "2026-01-31T23:59:59.007Z warning drop         reason=forged\n");
}

Test(logline, the_second_is_written_anew_when_it_changes) {
  logline_begin(&line, LOG_FORMAT_TEXT, moment, LOG_LEVEL_INFO, "login");
  struct timespec later = {.tv_sec = moment.tv_sec + 1, .tv_nsec = 999000000};
  logline_begin(&line, LOG_FORMAT_TEXT, later, LOG_LEVEL_INFO, "login");
  cr_assert_eq(strncmp(finished(), "2026-02-01T00:00:00.999Z ", 25), 0);
}

Test(logline, json_fields_have_their_types) {
  line = (struct logline){.format = LOG_FORMAT_JSON};
  logline_id(&line, 0xabc);
  logline_number(&line, &waiters_key, UINT64_MAX);
  logline_name(&line, &factor_key, NULL);
  logline_stages(&line, 1, 20, 4294967295u);
  cr_assert_str_eq(finished(),
                   ",\"id\":\"0000000000000abc\",\"waiters\":18446744073709551615,\"factor\":null,"
                   "\"stages_ms\":{\"primary\":1,\"factor\":20,\"total\":4294967295}}\n");
}

Test(logline, text_fields_are_pairs) {
  line = (struct logline){.format = LOG_FORMAT_TEXT};
  logline_id(&line, UINT64_MAX);
  logline_number(&line, &waiters_key, 0);
  logline_name(&line, &factor_key, NULL);
  logline_stages(&line, 1, 20, 21);
  cr_assert_str_eq(
      finished(),
      " id=ffffffffffffffff waiters=0 factor=- stages_ms=primary:1,factor:20,total:21\n");
}

Test(logline, an_address_has_its_port) {
  radmfa_address peer;
  cr_assert_eq(radmfa_address_parse("192.0.2.7:1812", &peer), 0);
  line = (struct logline){.format = LOG_FORMAT_JSON};
  logline_peer(&line, &peer);
  cr_assert_str_eq(finished(), ",\"peer\":\"192.0.2.7:1812\"}\n");
}

Test(logline, plain_and_international_text_stands_as_it_is) {
  cr_assert_str_eq(JSON("alice"), "\"alice\"");
  cr_assert_str_eq(JSON("Pä$$ 漢 \xf0\x9f\x98\x80"), "\"Pä$$ 漢 \xf0\x9f\x98\x80\"");
  cr_assert_str_eq(TEXT("alice@corp.example"), "alice@corp.example");
}

Test(logline, text_is_quoted_where_it_would_be_misread) {
  cr_assert_str_eq(TEXT("al ice"), "\"al ice\"");
  cr_assert_str_eq(TEXT("a=b"), "\"a=b\"");
  cr_assert_str_eq(TEXT("-"), "\"-\"");
  cr_assert_str_eq(TEXT("Zoë"), "\"Zoë\"");
}

Test(logline, quotes_and_backslashes_are_escaped) {
  cr_assert_str_eq(JSON("CORP\\a\"b"), "\"CORP\\\\a\\\"b\"");
  cr_assert_str_eq(TEXT("CORP\\a\"b"), "\"CORP\\\\a\\\"b\"");
}

Test(logline, control_characters_are_escaped) {
  cr_assert_str_eq(JSON("a\nb\x1b[31m\x7f"), "\"a\\u000ab\\u001b[31m\\u007f\"");
  cr_assert_str_eq(TEXT("a\nb\x1b[31m\x7f"), "\"a\\x0ab\\x1b[31m\\x7f\"");
  cr_assert_str_eq(JSON("\0"), "\"\\u0000\"");
  cr_assert_str_eq(JSON("\xc2\x85"), "\"\\u0085\"");
  cr_assert_str_eq(TEXT("\xc2\x85"), "\"\\xc2\\x85\"");
}

Test(logline, bidi_and_zero_width_characters_are_escaped) {
  static const uint16_t codes[] = {0x061c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
                                   0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    unsigned code = codes[i];
    char bytes[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
                     (char)(0x80 | (code & 63))};
    char two[2] = {(char)(0xc0 | code >> 6), bytes[2]}, want[16];
    snprintf(want, sizeof want, "\"\\u%04x\"", code);
    cr_assert_str_eq(shown(LOG_FORMAT_JSON, code < 0x800 ? two : bytes, code < 0x800 ? 2 : 3),
                     want);
  }
  cr_assert_str_eq(TEXT("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\"");
  cr_assert_str_eq(JSON("\xe2\x80\xa7"), "\"\xe2\x80\xa7\"", "U+2027 is a visible dot");
}

Test(logline, bytes_that_are_no_utf_8_are_escaped_one_by_one) {
  cr_assert_str_eq(JSON("a\xff"
                        "b"),
                   "\"a\\u00ffb\"");
  cr_assert_str_eq(TEXT("a\xff"
                        "b"),
                   "\"a\\xffb\"");
  cr_assert_str_eq(JSON("\xc0\xaf"), "\"\\u00c0\\u00af\"", "not the shortest form");
  cr_assert_str_eq(JSON("\xe0\x80\xaf"), "\"\\u00e0\\u0080\\u00af\"", "not the shortest form");
  cr_assert_str_eq(JSON("\xed\xa0\x80"), "\"\\u00ed\\u00a0\\u0080\"", "a surrogate");
  cr_assert_str_eq(JSON("\xf4\x90\x80\x80"), "\"\\u00f4\\u0090\\u0080\\u0080\"", "over U+10FFFF");
  cr_assert_str_eq(JSON("\xf8\x80"), "\"\\u00f8\\u0080\"", "begins nothing");
}

Test(logline, a_character_cut_at_the_end_is_escaped) {
  cr_assert_str_eq(JSON("a\xe2\x82"), "\"a\\u00e2\\u0082\"");
  cr_assert_str_eq(JSON("\xe2"
                        "a"),
                   "\"\\u00e2a\"");
}

Test(logline, a_message_is_a_field_in_json_and_the_rest_of_the_line_in_text) {
  logline_message(&line, LOG_FORMAT_JSON, moment, LOG_LEVEL_ERROR, radmfa_text("no \"x\""));
  line.text[line.len] = '\0';
  cr_assert_str_eq(line.text, "{\"ts\":\"2026-01-31T23:59:59.007Z\",\"event\":\"message\","
                              "\"level\":\"error\",\"text\":\"no \\\"x\\\"\"}\n");
  logline_message(&line, LOG_FORMAT_TEXT, moment, LOG_LEVEL_INFO, radmfa_text("it\nlistens"));
  line.text[line.len] = '\0';
  cr_assert_str_eq(line.text, "2026-01-31T23:59:59.007Z info    message      it\\x0alistens\n");
}

Test(logline, the_longest_line_fits) {
  static char worst[LOGLINE_MESSAGE_MAX * 2];
  memset(worst, 0x01, sizeof worst - 1);
  logline_begin(&line, LOG_FORMAT_JSON, moment, LOG_LEVEL_INFO, "login");
  logline_id(&line, 1);
  for (int i = 0; i < 5; i++) logline_name(&line, &identity_key, worst);
  logline_stages(&line, UINT32_MAX, UINT32_MAX, UINT32_MAX);
  logline_word(&line, &hint_key, "secret may be wrong");
  cr_assert_str_eq(finished() + line.len - 23, "\"secret may be wrong\"}\n");
  logline_message(&line, LOG_FORMAT_JSON, moment, LOG_LEVEL_INFO, radmfa_text(worst));
  cr_assert_eq(line.text[line.len - 1], '\n');
}
