#!/usr/bin/env bash
# Fails where clang-format 14 would change a C file. To mend: tests/lint/format.sh --fix
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
