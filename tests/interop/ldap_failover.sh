#!/usr/bin/env bash
# Of two slapd under load the first one stands still (SIGSTOP) and goes on later, then it is killed and started again: the other
# one is asked meanwhile, and the first one again once it is back. No login gets a wrong verdict; only those about whom the first
# one was being asked get no answer, and no user's wrong password is counted twice.
. "$(dirname "$0")/directory.bash"
peers slapd

connections=4 in_flight=$((4 + 2)) # binds, and searches
rate=200 seconds=15
if is_sanitized; then rate=32; fi
right=$((rate * 3 / 4)) wrong=$((rate / 4))

authority ca
certificate dc ca "IP:$host"
crowd 0 $((right * seconds))
crowd 800000 $((wrong * seconds))
crowd 900000 $((wrong * seconds))
slapd_with 1 dc
slapd_with 2 dc
directory "$(ldaps 1), $(ldaps 2)" \
  ", search: {user: '$service', password: '$service_password', identity: entryUUID}, connections: $connections, timeout: 4s"
policy_more=', reject_delay: 0'
start

# begin_logins NAME RATE OPTION...: some may get no answer, and radmfa-bench calls that a failure.
begin_logins() {
  "$RADMFA_BENCH" load --server "$host:$port" --secret "$secret" --json "$work/$1.json" --rate "$2" --duration "${seconds}s" \
    --timeout 10s "${@:3}" >"$work/$1.out" 2>>"$log" &
  logins+=($!)
  pids+=($!)
}

# begin_all DIGIT: wrong passwords are of the users whose numbers begin with it, each has one.
begin_all() {
  logins=()
  begin_logins right "$right"
  begin_logins wrong "$wrong" --users "user$1%05d" --password nonsense --expect reject
}

# Where other work leaves the machine no time, some find no server that may be asked; where it does not, nobody.
has_ended() { counted "$1" 'wrong_verdict == doubled == forged == 0' 'ok + lost == planned > 0' 'lost * 3 <= planned'; }

# asked_in_vain: of how many logins a server was asked and did not say.
asked_in_vain() { grep '"event":"ldap_unanswered"' "$log" | grep -vc '"server":null' || true; }

end_all() {
  local login
  for login in "${logins[@]}"; do wait "$login" || true; done
  has_ended right
  has_ended wrong
  (($(asked_in_vain) <= in_flight)) || fail "$(asked_in_vain) logins were asked about in vain"
  in_flight=$((in_flight * 2)) # with the next ones
  guessed_at | sort >"$work/guesses"
  [[ -s $work/guesses && -z $(uniq -d "$work/guesses") ]] || fail "counted twice or never: $(uniq -d "$work/guesses")"
}

# is_asked N: for a while.
is_asked() { until_true 20 has_binds "$1" $(($(binds_at "$1") + rate / 2)); }

begin_all 8
is_asked 1
kill -STOP "${slapd_pids[1]}"
is_asked 2
until_true 20 has_lines ldap_down 1
kill -CONT "${slapd_pids[1]}"
is_asked 1
end_all

begin_all 9
is_asked 1
kill_slapd 1
is_asked 2
start_slapd 1
is_asked 1
end_all
(($(lines ldap_up) > 4)) || fail "the log does not tell who is back"
finish
