#!/usr/bin/env bash
# Compares what libradmfa.so exports with libradmfa.symbols, the list under review.
# Usage: check.sh LIBRADMFA.SO [--update]
set -euo pipefail
export LC_ALL=C

library=$1
list=$(cd "$(dirname "$0")" && pwd)/libradmfa.symbols
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT

# Sanitizers and gcov add symbols of their own.
nm -D --defined-only "$library" | awk '{print $NF}' |
  { grep -vE '^(__odr_asan|__asan|__ubsan|__tsan|__sanitizer|__gcov|mangle_path$)' || true; } | sort >"$actual"

if grep -vE '^radmfa_[a-z0-9]' "$actual"; then
  echo "the above are exported but not named radmfa_*" >&2
  exit 1
fi
if [[ ${2:-} == --update ]]; then
  cp "$actual" "$list"
elif ! diff -u --label libradmfa.symbols "$list" --label "$(basename "$library")" "$actual"; then
  echo "The exported symbols changed. If that is meant: bash tests/symbols/check.sh $library --update" >&2
  exit 1
fi
