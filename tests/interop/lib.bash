# lib.bash: what the interop scripts share. Each script starts radmfad on an address of its own (127.A.B.C, made of
# its pid, so that scripts can run beside each other), tells one story, and leaves nothing behind.
#
#   . "$(dirname "$0")/lib.bash"
#   write_users <<<'- {name: alice, password: right, phone: "+15551234567"}'
#   start                        # the configuration of `write_config`, with the settings below
#   story <<'PYTHON'             # Python with radius.py at hand, for what radclient cannot send
#   finish                       # SIGTERM, exit 0, nothing left by a sanitizer
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${RADMFAD:?set it to the program to be tested}" "${RADMFACTL:?}" "${BUILD_DIR:?}" "${SOURCE_DIR:?}"

work=$(mktemp -d)
pids=() # what `clean_up` ends
declare -A packages=([radclient]=freeradius-utils [freeradius]=freeradius [gcore]=gdb [script]=bsdutils
  [python3]=python3 [jq]=jq [ip]=iproute2 [radsecproxy]=radsecproxy [eapol_test]=eapoltest
  [openssl]=openssl)

host=127.$((16 + ($$ >> 16 & 63))).$(($$ >> 8 & 255)).$(($$ & 255))
port=$((20000 + RANDOM % 10000)) # below those that the kernel gives to clients
secret=testing123-and-more
log=$work/log
export WORK=$work RADIUS_HOST=$host RADIUS_PORT=$port RADIUS_SECRET=$secret LOG=$log PYTHONPATH=$here
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# Settings that a script changes before `start`.
listen="{udp: \"$host:$port\"}"
workers=1
answer=approve
after=0s
signing=require # message_authenticator
client_more=''  # ", pending: 3"
policy_more=''
primary='local: {type: file, path: users.yaml}'
factors='[robot]'
factor_more='' # a line of another one
top_more=''
log_format=json
log_level=info

clean_up() {
  local status=$? pid
  for pid in "${pids[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true # bash would tell of it
  done
  if ((status != 0)) && [[ -s $log ]]; then
    echo "--- the log's last lines:"
    tail -n 25 "$log" | cut -c -400
  fi
  rm -rf "$work"
  exit $status
} >&2
trap clean_up EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

need() {
  local program
  for program; do
    command -v "$program" >/dev/null || fail "needs $program: apt-get install ${packages[$program]}"
  done
}
need python3

# is_sanitized [KIND]: memory and speed of such a build tell little.
is_sanitized() { grep -q "^RADMFA_SANITIZE:.*=.*${1:-[a-z]}" "$BUILD_DIR/CMakeCache.txt"; }

# until_true SECONDS COMMAND...: looks every 20 ms; fails where it takes too long.
until_true() {
  local end=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "waited in vain for: $*"
    sleep 0.02
  done
}

write_users() { cat >"$work/users.yaml"; }

write_config() {
  cat >"$work/radmfad.yaml" <<YAML
listen: [$listen]
workers: $workers
clients:
  - {name: lab, addresses: [127.0.0.1, 127.0.0.2, "::1"], secret: "$secret", message_authenticator: $signing, policy: lab$client_more}
policies:
  lab: {primary: ${primary%%:*}, factors: $factors$policy_more}
primaries:
  $primary
factors:
  robot: {type: simulated, answer: $answer, after: $after}
  $factor_more
log: {format: $log_format, level: $log_level}
$top_more
YAML
}

is_alive() { kill -0 "$1" 2>/dev/null; }
is_gone() { ! is_alive "$1"; }

# Whether a socket has our port: nobody else has one on our address.
is_bound() {
  local hex
  hex=$(printf ':%04X ' "$port")
  is_alive "$pid" || fail "radmfad ended at its start"
  grep -q "^ *[0-9]*: [0-9A-F]*$hex" /proc/net/udp /proc/net/udp6
}

# start_as_it_is: with the configuration that lies there; sets `pid`.
start_as_it_is() {
  "$RADMFAD" --config "$work/radmfad.yaml" 2>>"$log" &
  pid=$!
  pids+=("$pid")
  export RADMFAD_PID=$pid
  until_true 10 is_bound
}

start() {
  write_config
  start_as_it_is
}

# ended_with STATUS: waits until radmfad has ended.
ended_with() {
  local status=0
  until_true 20 is_gone_or_zombie "$pid"
  wait "$pid" || status=$?
  ((status == $1)) || fail "radmfad ended with $status, not $1"
  no_complaints
}

is_gone_or_zombie() {
  local state
  state=$(ps -o stat= -p "$1") || return 0
  [[ $state == Z* ]]
}

no_complaints() {
  ! grep -E 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:' "$log" ||
    fail "a sanitizer complains"
}

finish() {
  kill -TERM "$pid"
  ended_with 0
}

story() { python3 - "$@" || fail "the story ended badly"; }

# lines EVENT: how many there are in a log of JSON.
lines() { grep -c "\"event\":\"$1\"" "$log" || true; }
has_lines() { (($(lines "$1") >= $2)); }
log_says() { grep -qF -- "$1" "$log"; }

# radclient_login USER PASSWORD [SECONDS [MORE]]: the attributes are as radclient reads them between double quotes. Prints what came.
radclient_login() {
  printf 'User-Name = "%s"\nUser-Password = "%s"\nMessage-Authenticator = 0x00\n%s\n' "$1" "$2" "${4:-}" |
    radclient -x -r 1 -t "${3:-5}" "$host:$port" auth "$secret" 2>&1 || true
}
