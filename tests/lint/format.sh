#!/usr/bin/env bash
# Fails where clang-format 14 would change a C file. To mend: tests/lint/format.sh --fix
# Fails too where a line is wider than 100 columns, tables between "clang-format off" and "on" excepted: mend by hand.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v clang-format-14 >/dev/null || {
  echo "needs clang-format-14: apt-get install clang-format-14" >&2
  exit 1
}
mode=(--dry-run -Werror)
[[ ${1:-} != --fix ]] || mode=(-i)
dirs=()
for dir in lib daemon examples bench tests; do [[ ! -d $dir ]] || dirs+=("$dir"); done
find "${dirs[@]}" -name '*.[ch]' -print0 | xargs -0 -r clang-format-14 --style=file "${mode[@]}"

# clang-format leaves comments as they are written, however long.
is_wide='
  $in_table = 1 if /clang-format off/;
  $in_table = 0 if /clang-format on/;
  print "$ARGV:$.: wider than 100 columns\n" if !$in_table && length > 101;
  if (eof) { close ARGV; $in_table = 0 }'
wide=$(find "${dirs[@]}" -name '*.[ch]' -exec perl -CSD -ne "$is_wide" {} +)
[[ -z $wide ]] || {
  echo "$wide" >&2
  exit 1
}
