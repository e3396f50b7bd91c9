#!/usr/bin/env bash
# Fails when a file includes what it must not see (the arrows of the source tree never turn).
# First proves on a planted tree that each rule finds its violation.
set -euo pipefail
export LC_ALL=C

# forbid WHAT REGEX FILE...: an include whose name (with its < or ") matches REGEX is a violation.
forbid() {
  local what=$1 regex=$2
  shift 2
  (($# > 0)) || return 0
  grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*($regex)" "$@" | sed "s|\$|   <- $what|" || true
}

# files DIR...: the C files below those that are there.
files() {
  local dir
  for dir in "$@"; do [[ ! -d $dir ]] || find "$dir" -name '*.[ch]'; done | sort
}

# Includes of a public header other than those it may have.
public_header() {
  local allowed='<radmfa/[a-z_]*\.h>|<std(int|def|bool)\.h>'
  case ${1##*/} in client.h | server.h | proxy.h | stream.h) allowed+='|<uv\.h>' ;; esac
  { grep -HnE '^[[:space:]]*#[[:space:]]*include' "$1" || true; } |
    { grep -vE "include[[:space:]]*($allowed)" || true; } |
    sed 's|$|   <- a public header includes only <radmfa/...>, stdint, stddef, stdbool (and uv.h in client, server, proxy, stream)|'
}

check_core() {
  local core lib
  mapfile -t core < <(files lib/src/core)
  forbid 'core has no loop, socket, clock or stdio' \
    '<(uv\.h|uv/|sys/socket\.h|time\.h|sys/time\.h|stdio\.h)' "${core[@]}"
  forbid 'core never sees io' '["<](\.\./)*(src/)?io/' "${core[@]}"
  forbid 'this header brings in uv.h' '<radmfa/(radmfa|client|server|proxy|stream)\.h>' "${core[@]}"
  mapfile -t lib < <(files lib | grep -vE '^lib/src/(core/crypto|io/tls)\.c$')
  forbid 'only core/crypto.c and io/tls.c see OpenSSL' '<openssl/' "${lib[@]}"
}

check_users() {
  local users folder others part
  mapfile -t users < <(files daemon examples bench tests/interop)
  forbid 'only the public headers of the library' '["<](\.\./)*(lib/|src/|core/|io/)' "${users[@]}"
  for folder in primary factor store; do
    mapfile -t part < <(files "daemon/$folder")
    others=$(printf '%s\n' primary factor store | grep -v "$folder" | paste -sd'|')
    forbid 'backends do not know each other' "\"(\.\./)*($others)/" "${part[@]}" |
      { grep -v '"\(\.\./\)*store/store\.h"' || true; }
    forbid 'a backend has its own options struct' '"(\.\./)*config\.h"' "${part[@]}"
  done
  mapfile -t part < <(files daemon | grep -vE '^daemon/primary/ldap_(message|filter)\.c$')
  forbid 'only ldap_message.c and ldap_filter.c see liblber' '<lber' "${part[@]}"
  local stack='daemon/factor/sip(_calls|_probing|_registrar|_requests)?\.c'
  mapfile -t part < <(files daemon | grep -vE "^($stack|daemon/factor/sip_stack\.h)\$")
  forbid 'only the SIP stack sees sofia-sip' '<sofia-sip/' "${part[@]}"
  forbid 'only the SIP stack sees sip_stack.h' '"(\.\./)*(factor/)?sip_stack\.h"' "${part[@]}"
  mapfile -t part < <(files daemon | grep -vxF daemon/factor/srtp.c)
  forbid 'only srtp.c sees libsrtp' '<srtp' "${part[@]}"
  mapfile -t part < <(files daemon | grep -v '^daemon/store/')
  forbid 'only the store sees SQLite' '<sqlite3' "${part[@]}"
  mapfile -t part < <(files daemon)
  forbid 'libldap holds its thread while it connects' '<ldap' "${part[@]}"
  mapfile -t part < <(files daemon | grep -vE '^daemon/factor/sip(_calls|_probing|_registrar|_requests|_stack)?\.[ch]$')
  forbid 'only the SIP stack sees sofia-sip' '<sofia-sip/|"([a-z./]*/)?sip_stack\.h"' "${part[@]}"
  mapfile -t part < <(files daemon/portal)
  forbid 'the portal knows the control socket only' '<radmfa/' "${part[@]}"
  forbid 'the portal takes of radmfad what knows no RADIUS' '"\.\./' "${part[@]}" |
    { grep -vE '"\.\./(arena|choices|diag|duration|harden|yaml)\.h"' || true; }
  mapfile -t part < <(files daemon | grep -v '^daemon/portal/')
  forbid 'only the portal has HTTP and pictures' '<(microhttpd|qrencode)|"(\.\./)*portal/' "${part[@]}"
  mapfile -t part < <(files daemon/radmfactl)
  forbid 'radmfactl knows the control socket only' '<radmfa/|"(\.\./|store/|control/|primary/|app\.h)' "${part[@]}" |
    { grep -vE '<radmfa/(attr|version)\.h>' || true; }
}

check() {
  local header
  check_core
  check_users
  for header in $(files lib/include/radmfa); do public_header "$header"; done
}

# plant good|bad FILE INCLUDE: checks a tree of that one file.
plant() {
  local verdict=$1 file=$2 include=$3 tree out
  tree=$(mktemp -d)
  mkdir -p "$tree/${file%/*}"
  printf '#include %s\n' "$include" >"$tree/$file"
  out=$(cd "$tree" && check)
  rm -r "$tree"
  if [[ $verdict == bad && -z $out ]]; then
    echo "self test: $file with #include $include was not found" >&2
    exit 1
  elif [[ $verdict == good && -n $out ]]; then
    echo "self test: wrong alarm: $out" >&2
    exit 1
  fi
}

self_test() {
  local name
  for name in uv.h sys/socket.h time.h stdio.h openssl/evp.h radmfa/server.h; do
    plant bad lib/src/core/x.c "<$name>"
  done
  plant bad lib/src/core/x.h '"../io/udp.h"'
  plant bad lib/src/core/x.h '"io/udp.h"'
  plant bad lib/src/core/crypto.h '<openssl/evp.h>'
  plant bad lib/src/io/server.c '<openssl/evp.h>'
  plant bad daemon/app.c '"core/engine.h"'
  plant bad daemon/app.c '"../lib/src/core/engine.h"'
  plant bad examples/x.c '"io/udp.h"'
  plant bad bench/x.c '<core/engine.h>'
  plant bad daemon/primary/file.c '"../config.h"'
  plant bad daemon/primary/file.c '"config.h"'
  plant bad daemon/primary/file.c '"factor/simulated.h"'
  plant bad daemon/factor/call.c '"../primary/names.h"'
  plant bad daemon/factor/call.c '"store/sqlite.h"'
  plant bad daemon/radmfactl/user.c '<radmfa/engine.h>'
  plant bad daemon/radmfactl/user.c '"store/store.h"'
  plant good daemon/radmfactl/main.c '<radmfa/version.h>'
  plant bad daemon/primary/ldap.c '<lber.h>'
  plant bad daemon/factor/media.c '<srtp2/srtp.h>'
  plant bad daemon/factor/call.c '<sofia-sip/nta.h>'
  plant bad daemon/factor/sip.h '<sofia-sip/sip.h>'
  plant bad daemon/factor/call.c '"sip_stack.h"'
  plant bad daemon/site.c '"factor/sip_stack.h"'
  plant bad daemon/primary/ldap_message.c '<ldap.h>'
  plant bad daemon/factor/call.c '<sofia-sip/nta.h>'
  plant bad daemon/factor/call.c '"sip_stack.h"'
  plant bad daemon/portal/routes.c '<radmfa/base.h>'
  plant bad daemon/portal/routes.c '"../log.h"'
  plant bad daemon/app.c '<microhttpd.h>'
  plant bad daemon/control/control.c '"../portal/session.h"'
  plant bad lib/include/radmfa/base.h '<stdio.h>'
  plant bad lib/include/radmfa/engine.h '<uv.h>'
  plant bad lib/include/radmfa/server.h '"core/engine.h"'
  plant good lib/src/core/crypto.c '<openssl/evp.h>'
  plant good lib/src/core/engine.c '<radmfa/engine.h>'
  plant good lib/src/io/tls.c '<openssl/ssl.h>'
  plant good lib/src/io/udp.c '"core/engine.h"'
  plant good lib/include/radmfa/server.h '<uv.h>'
  plant good lib/include/radmfa/base.h '<stdint.h>'
  plant good daemon/primary/file.c '"primary/names.h"'
  plant good daemon/primary/file.c '"store/store.h"'
  plant good daemon/primary/ldap_message.c '<lber.h>'
  plant bad daemon/app.c '<sqlite3.h>'
  plant good daemon/store/database.c '<sqlite3.h>'
  plant good daemon/factor/srtp.c '<srtp2/srtp.h>'
  plant good daemon/factor/sip_stack.h '<sofia-sip/nta.h>'
  plant good daemon/factor/sip_calls.c '"sip_stack.h"'
  plant good daemon/primary/ldap.c '"ldap_message.h"'
  plant good daemon/factor/sip_calls.c '<sofia-sip/nta.h>'
  plant good daemon/app.c '"factor/simulated.h"'
  plant good daemon/app.c '"config.h"'
  plant good daemon/portal/config.c '"../yaml.h"'
  plant good daemon/portal/http.c '<microhttpd.h>'
}

self_test
cd "$(dirname "$0")/../.."
found=$(check)
if [[ -n $found ]]; then
  echo "$found"
  exit 1
fi
