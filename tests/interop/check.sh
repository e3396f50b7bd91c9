#!/usr/bin/env bash
# --check: a table and 0, or file, line and column and 1, whether or not the daemon runs; arguments; a port that is taken.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
write_config
good=$(<"$work/radmfad.yaml")

# runs STATUS ARGUMENTS...: sets `out` and `err`.
runs() {
  local status=0 want=$1
  shift
  timeout 10 "$RADMFAD" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  out=$(<"$work/out") err=$(<"$work/err")
  ((status == want)) || fail "radmfad $* ended with $status, not $want: $out $err"
}
has() { [[ $1 == *"$2"* ]] || fail "no \`$2\` in: $1"; }

check_good() {
  runs 0 --check --config "$work/radmfad.yaml"
  for word in "$host:$port" lab local robot '1 user, ok' warning; do has "$out" "$word"; done
}

# check_bad LINE COLUMN|* OLD NEW WORDS: the good file with OLD replaced is refused there, and the message has WORDS.
check_bad() {
  [[ $good == *"$3"* ]] || fail "the test's own file has no $3"
  printf '%s\n' "${good/"$3"/$4}" >"$work/bad.yaml"
  runs 1 --check --config "$work/bad.yaml"
  grep -qE "bad\.yaml:$1:$2: " "$work/err" || fail "not told at $1:$2: $err"
  has "$err" "$5"
}

check_good
check_bad 5 1 'policies:' 'colour: blue
policies:' colour
check_bad 4 '[0-9]+' 'policy: lab' 'policy: lba' lba
check_bad 10 '[0-9]+' 'after: 0s' 'after: 3 parsecs' 'after'
check_bad 10 '[0-9]+' 'answer: approve' 'answer: maybe' 'no_answer'
check_bad 10 '[0-9]+' 'type: simulated' 'type: webhook' 'not built yet'
check_bad 8 '[0-9]+' '{type: file, path: users.yaml}' \
  '{type: radius, servers: [{address: 127.0.0.1, secret: "sixteen octets !", retries: 3}]}' retries
check_bad 8 '[0-9]+' 'type: file' 'type: radius' '`path` is for `type: file`'
check_bad 4 '[0-9]+' '127.0.0.2' '127.0.0.256' '127.0.0.256'
check_bad '[0-9]+' '[0-9]+' 'policies:' 'policies: }{' ''
check_bad 8 '[0-9]+' 'users.yaml' 'nobody.yaml' 'nobody.yaml'
printf -- '- {name: alice, password: right, phone: 911}\n' >"$work/users.yaml"
runs 1 --check --config "$work/radmfad.yaml"
grep -qE 'users\.yaml:1:[0-9]+: ' "$work/err" || fail "a wrong users file is not told with its line: $err"
write_users <<<'- {name: alice, password: right}'

runs 1 --check --config "$work/none.yaml"
has "$err" none.yaml
runs 0 --version
[[ $out =~ ^radmfad\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "--version says $out"
runs 0 --help
has "$out" --check
runs 2
has "$err" usage
runs 2 --nonsense
runs 2 --config "$work/radmfad.yaml" more
runs 1 --config "$work/bad.yaml"
has "$err" bad.yaml

start
check_good
runs 1 --config "$work/radmfad.yaml"
has "$err" "cannot listen on $host:$port"
grep -qE 'radmfad\.yaml:1:[0-9]+: ' "$work/err" || fail "a taken port is not told with its line: $err"
! grep -E 'Sanitizer|runtime error' "$work/err" || fail "a sanitizer complains"
kill -TERM "$pid"
ended_with 0

# Several workers share their port with each other, but with no other radmfad.
workers=2
start
runs 1 --config "$work/radmfad.yaml"
has "$err" "cannot listen on $host:$port"
finish
