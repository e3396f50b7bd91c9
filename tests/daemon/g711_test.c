#include "factor/g711.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* G.711 tables 2a and 1a: the values at the decoder's output, of 14 and 13 bits, at the ends of the
 * segments, as octets on the line. */
struct value {
  uint8_t octet;
  int value;
};

Test(g711, silence_is_the_octet_that_both_laws_have_for_it) {
  cr_assert_eq(g711_to_pcmu(0), G711_PCMU_SILENCE);
  cr_assert_eq(g711_to_pcma(0), G711_PCMA_SILENCE);
  cr_assert_eq(g711_to_pcmu(-1), 0x7f);
  cr_assert_eq(g711_to_pcma(-1), 0x55);
}

Test(g711, pcmu_has_the_values_of_table_2a) {
  static const struct value values[] = {
      {0xff, 0},    {0xfe, 2},    {0xf0, 30},   {0xef, 33},   {0xe0, 93},  {0xdf, 99},
      {0xd0, 219},  {0xcf, 231},  {0xc0, 471},  {0xbf, 495},  {0xb0, 975}, {0xaf, 1023},
      {0xa0, 1983}, {0x9f, 2079}, {0x90, 3999}, {0x8f, 4191}, {0x80, 8031}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    int value = values[i].value * 4;
    cr_assert_eq(g711_from_pcmu(values[i].octet), value, "%02x", values[i].octet);
    cr_assert_eq(g711_from_pcmu(values[i].octet & 0x7f), -value, "-%02x", values[i].octet);
    cr_assert_eq(g711_to_pcmu((int16_t)value), values[i].octet, "%d", value);
  }
}

Test(g711, pcma_has_the_values_of_table_1a) {
  static const struct value values[] = {
      {0xd5, 1},    {0xd4, 3},    {0xda, 31},   {0xc5, 33},   {0xca, 63},  {0xf5, 66},
      {0xfa, 126},  {0xe5, 132},  {0xea, 252},  {0x95, 264},  {0x9a, 504}, {0x85, 528},
      {0x8a, 1008}, {0xb5, 1056}, {0xba, 2016}, {0xa5, 2112}, {0xaa, 4032}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    int value = values[i].value * 8;
    cr_assert_eq(g711_from_pcma(values[i].octet), value, "%02x", values[i].octet);
    cr_assert_eq(g711_from_pcma(values[i].octet & 0x7f), -value, "-%02x", values[i].octet);
    cr_assert_eq(g711_to_pcma((int16_t)value), values[i].octet, "%d", value);
  }
}

Test(g711, the_loudest_samples_are_the_last_octets) {
  cr_assert_eq(g711_to_pcmu(INT16_MAX), 0x80);
  cr_assert_eq(g711_to_pcmu(INT16_MIN), 0x00);
  cr_assert_eq(g711_to_pcma(INT16_MAX), 0xaa);
  cr_assert_eq(g711_to_pcma(INT16_MIN), 0x2a);
}

Test(g711, every_octet_comes_back_as_it_was_but_the_negative_zero) {
  for (unsigned octet = 0; octet < 256; octet++) {
    unsigned pcmu = g711_to_pcmu(g711_from_pcmu((uint8_t)octet));
    cr_assert_eq(pcmu, octet == 0x7f ? 0xff : octet);
    cr_assert_eq(g711_to_pcma(g711_from_pcma((uint8_t)octet)), octet);
  }
}

/* Half a step: of 8 in the lowest segment of PCMU, of 16 in PCMA's, a 32nd of the value above; what
 * is louder than the loudest octet is cut. */
Test(g711, no_sample_is_further_away_than_half_a_step) {
  for (int sample = INT16_MIN; sample <= INT16_MAX; sample++) {
    int size = abs(sample), pcmu = g711_from_pcmu(g711_to_pcmu((int16_t)sample));
    int pcma = g711_from_pcma(g711_to_pcma((int16_t)sample));
    int cut = size > 32635 ? size - 32635 : 0;
    cr_assert_leq(abs(sample - pcmu), 4 + (size + 132) / 32 + cut, "%d", sample);
    cr_assert_leq(abs(sample - pcma), 8 + size / 32, "%d", sample);
  }
}

Test(g711, a_louder_sample_is_never_a_quieter_octet) {
  for (int sample = INT16_MIN; sample < INT16_MAX; sample++) {
    int16_t low = (int16_t)sample, high = (int16_t)(sample + 1);
    cr_assert_leq(g711_from_pcmu(g711_to_pcmu(low)), g711_from_pcmu(g711_to_pcmu(high)));
    cr_assert_leq(g711_from_pcma(g711_to_pcma(low)), g711_from_pcma(g711_to_pcma(high)));
  }
}
