#!/usr/bin/env bash
# One of two slapd stands still under load (SIGSTOP) and goes on later, then it is killed and started again: the other one is
# asked meanwhile, and the first one again when it is back. No login gets a wrong verdict; only those whose password was on its
# way to the first one get no answer, and no user's wrong password is counted twice.
. "$(dirname "$0")/directory.bash"
peers slapd

connections=4
rate=200 seconds=8
if is_sanitized; then rate=60; fi
right=$((rate * 3 / 4)) wrong=$((rate / 4))

authority ca
certificate dc ca "IP:$host"
crowd 0 $((right * seconds))
crowd 900000 $((wrong * seconds * 2))
slapd_with 1 dc
slapd_with 2 dc
directory "$(ldaps 1), $(ldaps 2)" \
  ", search: {user: '$service', password: '$service_password', identity: entryUUID}, connections: $connections, timeout: 2s"
policy_more=', reject_delay: 0'
start

# begin_logins NAME RATE OPTION...: some may get no answer, and then radmfa-bench fails.
begin_logins() {
  "$RADMFA_BENCH" load --server "$host:$port" --secret "$secret" --json "$work/$1.json" --rate "$2" --duration "${seconds}s" \
    --timeout 10s --seed 1 "${@:3}" >"$work/$1.out" 2>>"$log" &
  logins+=($!)
  pids+=($!)
}

# Wrong passwords are of users FIRST and those behind.
begin_all() {
  logins=()
  begin_logins right "$right"
  begin_logins wrong "$wrong" --users "user9%05d" --password nonsense --expect reject
}

end_all() {
  local login
  for login in "${logins[@]}"; do wait "$login" || true; done
  counted right 'planned > 0' 'rejected == wrong_verdict == doubled == forged == 0' "lost <= $connections" 'ok + lost == planned'
  counted wrong 'planned > 0' 'wrong_verdict == doubled == forged == 0' "lost <= $connections" 'ok + lost == planned'
  [[ -z $(guessed_at_twice) ]] || fail "counted twice: $(guessed_at_twice)"
}

is_asked_alone() {
  until_true 10 has_binds "$1" $(($(binds_at "$1") + rate))
  before=$(binds_at "$2")
  until_true 10 has_binds "$1" $(($(binds_at "$1") + rate / 2))
  (($(binds_at "$2") == before)) || fail "slapd $2 was asked, too"
}

begin_all
is_asked_alone 1 2
kill -STOP "${slapd_pids[1]}"
is_asked_alone 2 1
kill -CONT "${slapd_pids[1]}"
until_true 10 has_binds 1 $(($(binds_at 1) + rate / 2))
end_all
