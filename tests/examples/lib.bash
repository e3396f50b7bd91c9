# lib.bash: what the scripts share that run the examples. $1 is the program.
#
#   . "$(dirname "$0")/lib.bash"
#   start 'listens on port'      # the program as a server with the secret s3cret; the words before the port that it prints
#   login alice right            # what radclient says; fails where nothing was answered
#   finish                       # Ctrl-C, exit 0
set -euo pipefail

program=$1
work=$(mktemp -d)
out=$work/out # what the server printed
: >"$out"
trap '[[ -z ${pid:-} ]] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

fail() {
  echo "$*"
  cat "$out"
  exit 1
}

# until_true COMMAND...: looks every 20 ms, for 10 s.
until_true() {
  local end=$((SECONDS + 11))
  until "$@"; do
    ((SECONDS < end)) || fail "waited in vain for: $*"
    sleep 0.02
  done
}

has_printed() { grep -qF -- "$1" "$out"; }
count_printed() { grep -cF -- "$1" "$out" || true; }

more=() # what the program wants to be told beside its address and secret
start() {
  "$program" 127.0.0.1:0 s3cret "${more[@]}" >"$out" 2>&1 &
  pid=$!
  until_true has_printed "$1"
  port=$(sed -n "s/^.*$1//p" "$out")
}

# radius [SECONDS]: sends the attributes that it reads.
radius() { radclient -x -r 1 -t "${1:-1}" "127.0.0.1:$port" auth s3cret 2>&1; }
login() { radius 10 <<<"User-Name=$1,User-Password=$2,Message-Authenticator=0"; }

# ping [SECRET]: whether the server answers Status-Server.
ping() { "$(dirname "$program")/ping" 127.0.0.1 "$port" "${1:-s3cret}" 2>&1; }

# expect EXIT TEXT ARGUMENT...: runs the program.
expect() {
  local status=0 text=$2 want=$1 got
  shift 2
  got=$("$program" "$@" 2>&1) || status=$?
  [[ $status == "$want" && $got == *"$text"* ]] || fail "$*: exit $status, $got"
}

finish() {
  kill -INT "$pid"
  wait "$pid" || fail "exit code $?"
}
