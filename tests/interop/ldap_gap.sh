#!/usr/bin/env bash
# No directory holds the others up: while one is silent, one never answers a bind, one answers it with an octet a second, one with broken
# BER, and the name of one cannot be resolved, logins of another policy are answered as quickly as ever; and each of those directories
# makes its primary unavailable, never a password wrong.
. "$(dirname "$0")/directory.bash"
in_own_network
need jq openssl

kinds=(silent mute slow broken unnamed)
gap_ms=20
good=200 bad=8 seconds=4 # logins a second: of the other policy, and at each directory
rounds=5
beside_port=$((port + 9))

authority ca
certificate dc ca "IP:$host"
launch directories listening python3 "$here/bad_directory.py" "$host" $((port + 1)) "$work/dc.pem" "$work/dc.key"
printf 'nameserver %s\noptions timeout:1 attempts:2\n' "$host" >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf # nobody else sees it

# write_daemon PORT [KIND...]: client, policy and primary of each kind have its name.
first_address() { echo "127.0.2.$((16 * $1))"; }
write_daemon() {
  local clients='' policies='' primaries='' i kind at
  for ((i = 0; i < $# - 1; i++)); do
    kind=${kinds[i]} at=$host:$((port + 1 + i))
    [[ $kind != unnamed ]] || at=dc.corp.example
    clients+="  - {name: $kind, addresses: [$(first_address "$i")/28], secret: '$secret', policy: $kind}"$'\n'
    policies+="  $kind: {primary: $kind, factors: [robot]}"$'\n'
    primaries+="  $kind: {type: ldap, servers: [{url: 'ldaps://$at', name: $kind}], ca_file: ca.pem, bind: '$bind',"
    primaries+=' timeout: 1s, connect_timeout: 1s}'$'\n'
  done
  cat <<YAML
listen: [{udp: "$host:$1"}]
workers: 2
clients:
  - {name: good, addresses: [127.0.1.0/24], secret: '$secret', policy: good}
${clients}policies:
  good: {primary: good, factors: [robot]}
${policies}primaries:
  good: {type: file, path: users.yaml}
${primaries}factors: {robot: {type: simulated, answer: approve, after: 0s}}
log: {format: json, level: info}
YAML
}

# begin_logins NAME PORT RATE OPTION...: some get no answer, and radmfa-bench calls that a failure.
begin_logins() {
  "$RADMFA_BENCH" load --server "$host:$2" --secret "$secret" --json "$work/$1.json" --rate "$3" --duration "${seconds}s" \
    --timeout 4s "${@:4}" >"$work/$1.out" 2>>"$work/load.log" &
  logins+=($!)
  pids+=($!)
}

# each_is_unavailable: all that were begun at a bad directory were answered by nobody, for that reason alone.
each_is_unavailable() {
  local kind
  for kind in "${kinds[@]}"; do
    counted "$kind" 'lost == planned > 0' 'rejected == wrong_verdict == doubled == forged == 0'
  done
  [[ $(lines ldap_refused) == 0 ]] || fail "a directory is said to have refused somebody"
  for kind in mute slow broken; do
    grep -q "\"event\":\"ldap_unanswered\".*\"server\":\"$kind\"" "$log" || fail "$kind was never asked about a password"
  done
  jq -r 'select(.event == "login" and .client != "good") | "\(.client) \(.verdict) \(.reason)"' "$log" | sort | uniq -c |
    awk '{ print $1, $2, $3, $4 }' >"$work/ended"
  for kind in "${kinds[@]}"; do echo "$((bad * seconds)) $kind silent primary_unavailable"; done | sort -k 2 | diff - "$work/ended" ||
    fail "not all of them were unavailable"
}

latest_ms() { jq .latency_ms.from_due.max "$work/$1.json"; }

# all_at_once: good logins and bad ones; and good ones at a radmfad that has no directory, which shows what the machine gives.
all_at_once() {
  local i login
  : >"$log"
  logins=()
  start_as_it_is
  begin_logins good "$port" "$good" --sources 127.0.1.1..127.0.1.16
  begin_logins beside "$beside_port" "$good" --sources 127.0.1.1..127.0.1.16
  for i in "${!kinds[@]}"; do
    begin_logins "${kinds[i]}" "$port" "$bad" --sources "$(first_address "$i")..127.0.2.$((16 * i + 7))"
  done
  for login in "${logins[@]}"; do wait "$login" || true; done
  finish
  counted good 'ok == planned > 0'
  each_is_unavailable
  echo "$((good * seconds)) good logins: the latest after $(latest_ms good) ms, without directories after $(latest_ms beside) ms"
}

# Where other work leaves the machine no time, some are later; but no more than without directories.
is_in_time() { jq -en "$(latest_ms good) < ([$gap_ms, 1.5 * $(latest_ms beside)] | max)" >"$work/jq"; }

for ((i = 0; i < good * seconds; i++)); do printf -- '- {name: user%06d, password: pass%06d}\n' "$i" "$i"; done | write_users
write_daemon "$port" "${kinds[@]}" >"$work/radmfad.yaml"
write_daemon "$beside_port" >"$work/beside.yaml"
"$RADMFAD" --config "$work/beside.yaml" 2>>"$work/beside.log" &
beside=$!
pids+=("$beside")
pid=$beside port=$beside_port until_true 10 is_bound

# A loop that waits for a directory does so in every round.
for ((round = 0; round < rounds; round++)); do
  all_at_once
  ! is_sanitized || exit 0
  ! is_in_time || exit 0
done
fail "a login elsewhere was later than $gap_ms ms in each of $rounds rounds"
