/* fold.c: keyed hashes and comparison of names. scripts/fold-table makes the table of spellings:
 * ICU or libunistring would be one more library in the daemon for one question, and neither takes
 * the letters apart that Windows does and Unicode does not. */
#include "fold.h"

#include "utf8.h"

#include <sodium.h>
#include <string.h>

/* User names and identities have at most 255 octets; what a longer one has beyond counts in
 * fold_equal only. */
#define HASHED_MAX 255u

_Static_assert(FOLD_KEY_SIZE == crypto_shorthash_KEYBYTES, "the key is crypto_shorthash's");

static uint8_t fold(uint8_t c) {
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

uint64_t fold_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name) {
  uint8_t folded[HASHED_MAX], hash[crypto_shorthash_BYTES];
  size_t len = name.len < sizeof folded ? name.len : sizeof folded;
  for (size_t i = 0; i < len; i++) folded[i] = fold(name.ptr[i]);
  crypto_shorthash(hash, folded, len, key);
  uint64_t out;
  memcpy(&out, hash, sizeof out);
  return out;
}

bool fold_equal(radmfa_span a, radmfa_span b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++)
    if (fold(a.ptr[i]) != fold(b.ptr[i])) return false;
  return true;
}

/* ---- accounts ---- */

/* What each of `first` to `last` becomes: nothing, one character or two; or, with FOLD_EACH,
 * another one for each, `to` and those behind it. */
struct run {
  uint16_t first, last, to, then;
};

/* No characters. */
#define FOLD_EACH 0xffffu
#define FOLD_ODD 0xfffeu

static const struct run runs[] = {
#include "fold_table.h"
};

struct likeness {
  size_t n;
  uint16_t codes[2 * HASHED_MAX];
};

/* The last that begins at `code` or before; `code` is no ASCII, where the first one begins. */
static const struct run *run_of(uint32_t code) {
  size_t low = 0, high = sizeof runs / sizeof *runs;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    *(runs[middle].first <= code ? &low : &high) = middle;
  }
  return &runs[low];
}

static void append(struct likeness *likeness, uint32_t code) {
  likeness->codes[likeness->n++] = (uint16_t)code;
}

static void append_ascii(struct likeness *likeness, uint8_t c) {
  if (c != ' ') append(likeness, fold(c));
}

/* False: it is an odd one. */
static bool append_folded(struct likeness *likeness, uint32_t code) {
  const struct run *run = run_of(code);
  if (code > UINT16_MAX || (code <= run->last && run->to == FOLD_ODD)) return false;
  if (code > run->last) {
    append(likeness, code);
  } else if (run->then == FOLD_EACH) {
    append(likeness, run->to + (code - run->first));
  } else {
    if (run->to) append(likeness, run->to);
    if (run->then) append(likeness, run->then);
  }
  return true;
}

static bool read_likeness(radmfa_span name, struct likeness *out) {
  uint32_t code;
  for (size_t len; name.len; name.ptr += len, name.len -= len) {
    len = utf8_decode(name, &code);
    if (!len) return false;
    if (code < 0x80)
      append_ascii(out, (uint8_t)code);
    else if (!append_folded(out, code))
      return false;
  }
  return true;
}

uint64_t fold_account_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name) {
  struct likeness likeness = {.n = 0};
  uint64_t hash;
  if (name.len > HASHED_MAX) name.len = HASHED_MAX;
  if (!read_likeness(name, &likeness)) likeness.n = 0; /* all odd ones are one */
  crypto_shorthash((uint8_t *)&hash, (const uint8_t *)likeness.codes,
                   likeness.n * sizeof likeness.codes[0], key);
  return hash;
}
