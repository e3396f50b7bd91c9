/* duration.c: text with a unit becomes milliseconds. */
#include "duration.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS 3600000u
#define DURATION_MAX_MS (24u * HOUR_MS)
#define RATE_COUNT_MAX 1000u
#define RATE_WINDOW_MIN_MS 1000u

static const struct {
  const char *name;
  uint32_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", HOUR_MS}};

/* The milliseconds of the unit that is exactly text[0..len), or 0. */
static uint32_t unit_ms(const char *text, size_t len) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strlen(units[i].name) == len && !memcmp(units[i].name, text, len)) return units[i].ms;
  }
  return 0;
}

static bool parse(const char *text, size_t len, uint32_t *out_ms) {
  uint64_t number = 0;
  size_t digits = 0;
  for (; digits < len && text[digits] >= '0' && text[digits] <= '9'; digits++) {
    number = number * 10 + (uint64_t)(text[digits] - '0');
    if (number > DURATION_MAX_MS) return false;
  }
  if (!digits) return false;
  uint32_t unit =
      digits == len && !number ? 1 : unit_ms(text + digits, len - digits); /* "0" needs no unit */
  if (!unit || number * unit > DURATION_MAX_MS) return false;
  *out_ms = (uint32_t)(number * unit);
  return true;
}

bool duration_parse(const char *text, uint32_t *out_ms) {
  return parse(text, strlen(text), out_ms);
}

bool duration_range_parse(const char *text, struct duration_range *out_range) {
  const char *dots = strstr(text, "..");
  const char *upper = dots ? dots + 2 : text;
  struct duration_range range;
  if (!parse(text, dots ? (size_t)(dots - text) : strlen(text), &range.min_ms)) return false;
  if (!duration_parse(upper, &range.max_ms) || range.max_ms < range.min_ms) return false;
  *out_range = range;
  return true;
}

bool rate_parse(const char *text, struct rate *out_rate) {
  size_t digits = strspn(text, "0123456789");
  unsigned long count = digits && digits < 5 ? strtoul(text, NULL, 10) : 0;
  struct rate rate = {.count = (uint32_t)count};
  if (!count || count > RATE_COUNT_MAX || text[digits] != '/') return false;
  if (!duration_parse(text + digits + 1, &rate.window_ms)) return false;
  if (rate.window_ms < RATE_WINDOW_MIN_MS) return false;
  *out_rate = rate;
  return true;
}

void rate_text(const struct rate *rate, char out_text[RATE_TEXT_SIZE]) {
  const char *unit = "ms";
  uint32_t largest_ms = 1;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (rate->window_ms % units[i].ms || units[i].ms < largest_ms) continue;
    largest_ms = units[i].ms;
    unit = units[i].name;
  }
  (void)snprintf(out_text, RATE_TEXT_SIZE, "%u/%u%s", rate->count, rate->window_ms / largest_ms,
                 unit);
}

bool days_parse(const char *text, uint32_t *out_days) {
  uint32_t days = 0;
  for (; *text >= '0' && *text <= '9' && days <= DAYS_MAX; text++)
    days = days * 10 + (uint32_t)(*text - '0');
  if (!days || days > DAYS_MAX || strcmp(text, "d") != 0) return false;
  *out_days = days;
  return true;
}
