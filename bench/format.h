/* format.h: numbers as people read them. Each function writes into the caller's text and returns
 * it. */
#ifndef RADMFA_BENCH_FORMAT_H
#define RADMFA_BENCH_FORMAT_H

#include <stdint.h>

#define FORMAT_SIZE 40u

const char *format_count(uint64_t count, char out[FORMAT_SIZE]);  /* 1,234,567 */
const char *format_decimal(double number, char out[FORMAT_SIZE]); /* 500, 499.9, 0.25, 12,346 */
const char *format_duration(uint64_t ns, char out[FORMAT_SIZE]);  /* 10 s, 1.5 s, 300 ms, 50 us */
const char *format_share(uint64_t part, uint64_t whole, char out[FORMAT_SIZE]); /* 99.80 % */

#endif
