#!/usr/bin/env bash
# Installs the build into a temporary prefix and builds every example against it with find_package and pkg-config.
# Environment: SOURCE_DIR, BUILD_DIR, CC; CONSUMER_FLAGS are the sanitizers that the library was built with.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
read -ra flags <<<"${CONSUMER_FLAGS:-}"

cmake --install "$BUILD_DIR" --prefix "$prefix" >"$work/install.log"
pc=$(find "$prefix" -name radmfa.pc)
export PKG_CONFIG_PATH=${pc%/*}
shopt -s nullglob
examples=("$SOURCE_DIR"/examples/*.c)

echo "== programs, man pages, units"
for file in sbin/radmfad bin/radmfactl sbin/radmfa-portal share/man/man8/radmfad.8 share/man/man8/radmfa-portal.8 \
  lib/systemd/system/radmfad.service lib/systemd/system/radmfa-portal.service; do
  [[ -s $prefix/$file ]] || { echo "not installed: $file" >&2; exit 1; }
done
needed=$(readelf -d "$prefix/sbin/radmfad")
[[ $needed != *microhttpd* && $needed != *gnutls* ]] || { echo "radmfad has HTTP in it" >&2; exit 1; }
needed=$(readelf -d "$prefix/sbin/radmfa-portal")
[[ $needed != *radmfa.so* && $needed != *sqlite* && $needed != *sofia* ]] || { echo "radmfa-portal has radmfad in it" >&2; exit 1; }

echo "== each header by itself"
read -ra cflags <<<"$(pkg-config --cflags radmfa)"
for header in "$prefix"/include/radmfa/*.h; do
  "$CC" -Wall -Wextra -Wpedantic -Werror -fsyntax-only "${cflags[@]}" -x c - \
    <<<"#include <radmfa/${header##*/}>
typedef int not_empty;"
done

# A warning of CMake or of the linker on stderr fails too: nothing may be printed there.
quiet() {
  "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err" >&2; return 1; }
  [[ ! -s $work/err ]] || { cat "$work/err" >&2; return 1; }
}

echo "== find_package"
quiet cmake -S "$SOURCE_DIR/tests/install" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="${flags[*]}" -DEXAMPLES="$(IFS=';' && echo "${examples[*]}")"
quiet cmake --build "$work/consumer" -j2

echo "== pkg-config"
read -ra shared <<<"$(pkg-config --cflags --libs radmfa)"
read -ra static <<<"$(pkg-config --cflags --libs --static radmfa)"
for source in "${examples[@]}"; do
  quiet "$CC" -Wall -Wextra -Werror "${flags[@]}" "$source" "${shared[@]}" -o "$work/shared"
  quiet "$CC" -Wall -Wextra -Werror "${flags[@]}" "$source" "${static[@]/#-lradmfa/-l:libradmfa.a}" -o "$work/static"
  needed=$(readelf -d "$work/shared")
  [[ $needed == *'[libradmfa.so.0]'* ]] || {
    echo "$source: not linked with libradmfa.so.0" >&2
    exit 1
  }
done
echo "${#examples[@]} examples built"
