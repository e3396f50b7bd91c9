#include "axis.h"

#include "format.h"

#include <math.h>
#include <stdio.h>

#define INTERVALS 5 /* about so many are pleasant to read */

static double on_scale(enum axis_kind kind, double value) {
  if (kind == AXIS_LATENCY) return log10(value);
  if (kind == AXIS_PERCENTILE) return -log10(1 - value / 100);
  return value;
}

static void add_tick(struct axis *axis, double value) {
  double at = on_scale(axis->kind, value);
  if (axis->n_ticks == AXIS_TICKS_MAX || at < axis->min - 1e-9 || at > axis->max + 1e-9) return;
  axis->ticks[axis->n_ticks++].value = value;
}

/* ---- from 0 on ---- */

/* 1, 2 or 5 times a power of ten, whichever is nearest, so that about INTERVALS make up `most`. */
static double round_step(double most) {
  double power = pow(10, floor(log10(most / INTERVALS)));
  double times = most / INTERVALS / power;
  return power * (times > 7.07 ? 10 : times > 3.16 ? 5 : times > 1.41 ? 2 : 1);
}

static void init_linear(struct axis *axis, double most) {
  double step = most > 0 ? round_step(most) : 1;
  if (axis->kind == AXIS_COUNT && step < 1) step = 1;
  axis->max = axis->kind == AXIS_COUNT ? ceil(most / step - 1e-9) * step : most;
  if (axis->max <= 0) axis->max = step;
  for (int i = 0; i <= (int)(axis->max / step + 1e-9); i++) add_tick(axis, i * step);
}

/* ---- logarithmic ---- */

static const double times[] = {1, 2, 5};
#define N_TIMES ((int)(sizeof times / sizeof *times))

/* The round numbers 1, 2, 5, 10, 20 and so on, counted so that 1 is number 0. */
static double round_number(int number) {
  int power = number >= 0 ? number / N_TIMES : -((N_TIMES - 1 - number) / N_TIMES);
  return times[number - power * N_TIMES] * pow(10, power);
}

/* A decade at least: less would make much of little. */
static void init_latency(struct axis *axis, double least, double most) {
  int first = N_TIMES * (int)floor(log10(least)), last = first;
  while (round_number(first + 1) <= least * (1 + 1e-9)) first++;
  while (round_number(last) < most * (1 - 1e-9)) last++;
  while (last - first < N_TIMES) (last - first) % 2 ? last++ : first--;
  axis->min = log10(round_number(first));
  axis->max = log10(round_number(last));
  int step = last - first > 3 * N_TIMES ? N_TIMES : 1;
  for (int number = first; number <= last; number++)
    if (step == 1 || number % N_TIMES == 0) add_tick(axis, round_number(number));
}

static void init_percentile(struct axis *axis, double most) {
  static const double named[] = {0, 50, 90, 99, 99.9, 99.99, 99.999};
  axis->max = most < 90 ? 1 : on_scale(AXIS_PERCENTILE, most);
  for (size_t i = 0; i < sizeof named / sizeof *named; i++) add_tick(axis, named[i]);
}

/* ---- labels ---- */

void axis_label(const struct axis *axis, double value, char out_label[AXIS_LABEL_SIZE]) {
  char text[FORMAT_SIZE];
  switch (axis->kind) {
    case AXIS_COUNT:
      snprintf(out_label, AXIS_LABEL_SIZE, "%.30s", format_count((uint64_t)(value + 0.5), text));
      break;
    case AXIS_LATENCY:
      snprintf(out_label, AXIS_LABEL_SIZE, "%.30s",
               format_duration((uint64_t)(value * 1e6 + 0.5), text));
      break;
    case AXIS_PERCENTILE: snprintf(out_label, AXIS_LABEL_SIZE, "%.6g %%", value); break;
    case AXIS_SECONDS:
    default: snprintf(out_label, AXIS_LABEL_SIZE, "%.6g", value); break;
  }
}

void axis_init(struct axis *axis, enum axis_kind kind, double least, double most) {
  *axis = (struct axis){.kind = kind};
  if (kind == AXIS_LATENCY)
    init_latency(axis, least, most);
  else if (kind == AXIS_PERCENTILE)
    init_percentile(axis, most);
  else
    init_linear(axis, most);
  for (size_t i = 0; i < axis->n_ticks; i++)
    axis_label(axis, axis->ticks[i].value, axis->ticks[i].label);
}

double axis_place(const struct axis *axis, double value) {
  return (on_scale(axis->kind, value) - axis->min) / (axis->max - axis->min);
}
