/* moment.c: see moment.h. */
#include "moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_MS UINT64_C(86400000)

/* "2026-12-01T09:00:00.000Z", and how many octets each of its shorter forms has. */
enum { DAY_LEN = 10, MINUTE_LEN = 16, SECOND_LEN = 19, MS_LEN = 23 };

static bool take_digits(const char *at, unsigned n, unsigned max, unsigned *out) {
  unsigned value = 0;
  for (unsigned i = 0; i < n; i++) {
    if (at[i] < '0' || at[i] > '9') return false;
    value = 10 * value + (unsigned)(at[i] - '0');
  }
  *out = value;
  return value <= max;
}

/* The form of all its digits and signs; of what is shorter the rest is taken from `rest`. */
static bool read_fields(const char *text, size_t len, const char *rest, unsigned field[7]) {
  static const struct {
    unsigned at, n, max;
    char before;
  } form[7] = {
      {0, 4, 9999, 0},  {5, 2, 12, '-'},  {8, 2, 31, '-'},   {11, 2, 23, 'T'},
      {14, 2, 59, ':'}, {17, 2, 59, ':'}, {20, 3, 999, '.'},
  };
  char whole[MS_LEN + 1];
  memcpy(whole, rest, sizeof whole);
  memcpy(whole, text, len);
  if (whole[DAY_LEN] == ' ') whole[DAY_LEN] = 'T';
  for (unsigned i = 0; i < 7; i++) {
    if (form[i].before && whole[form[i].at - 1] != form[i].before) return false;
    if (!take_digits(whole + form[i].at, form[i].n, form[i].max, &field[i])) return false;
  }
  return field[0] >= 1970;
}

static bool is_a_day(const struct tm *tm, const unsigned field[7]) {
  return tm->tm_mon + 1 == (int)field[1] && tm->tm_mday == (int)field[2];
}

static bool read_utc(const char *text, const char *rest, uint64_t *out_ms) {
  unsigned field[7];
  size_t len = strlen(text);
  if (len && text[len - 1] == 'Z' && len > DAY_LEN + 1) len--;
  if (len != DAY_LEN && len != MINUTE_LEN && len != SECOND_LEN && len != MS_LEN) return false;
  if (!read_fields(text, len, rest, field)) return false;
  struct tm tm = {.tm_year = (int)field[0] - 1900,
                  .tm_mon = (int)field[1] - 1,
                  .tm_mday = (int)field[2],
                  .tm_hour = (int)field[3],
                  .tm_min = (int)field[4],
                  .tm_sec = (int)field[5]};
  time_t seconds = timegm(&tm); /* 31 February becomes a day of March */
  if (seconds < 0 || !is_a_day(&tm, field)) return false;
  *out_ms = (uint64_t)seconds * 1000 + field[6];
  return true;
}

static bool read_ago(const char *text, uint64_t now_ms, uint64_t *out_ms) {
  static const char units[] = "smhd";
  static const uint64_t unit_ms[] = {1000, 60000, 3600000, DAY_MS};
  size_t n = strspn(text, "0123456789");
  unsigned count;
  const char *unit = n && n <= 6 && text[n] && !text[n + 1] ? strchr(units, text[n]) : NULL;
  if (!unit || !take_digits(text, (unsigned)n, 999999, &count)) return false;
  uint64_t ago_ms = count * unit_ms[unit - units];
  *out_ms = ago_ms < now_ms ? now_ms - ago_ms : 0;
  return true;
}

bool moment_parse(const char *text, enum moment_edge edge, uint64_t now_ms, char out[MOMENT_SIZE]) {
  const char *rest = edge == MOMENT_FIRST ? "0000-00-00T00:00:00.000" : "0000-00-00T23:59:59.999";
  uint64_t ms;
  struct tm tm;
  char seconds[MOMENT_SHOWN_SIZE];
  if (!read_ago(text, now_ms, &ms) && !read_utc(text, rest, &ms)) return false;
  time_t time = (time_t)(ms / 1000);
  if (!gmtime_r(&time, &tm)) return false;
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf(out, MOMENT_SIZE, "%s.%03uZ", seconds, (unsigned)(ms % 1000));
  return true;
}

bool moment_ms(const char *text, uint64_t *out_ms) {
  return read_utc(text, "0000-00-00T00:00:00.000", out_ms);
}

const char *moment_show(const char *text, char out[MOMENT_SHOWN_SIZE]) {
  uint64_t ms;
  out[0] = '\0';
  if (!moment_ms(text, &ms)) return out;
  time_t time = (time_t)(ms / 1000);
  struct tm tm;
  if (gmtime_r(&time, &tm)) strftime(out, MOMENT_SHOWN_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
  return out;
}
