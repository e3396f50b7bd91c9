#!/usr/bin/env bash
# radmfad and its server know different secrets: --check asks whether the secret is wrong, and logins end as
# `primary_unavailable`.
. "$(dirname "$0")/upstream.bash"
peers radclient freeradius

# check STATUS WORDS...: --check ends so, and its table has a line for each of the words.
check() {
  local status=0 words
  timeout 20 "$RADMFAD" --check --config "$work/radmfad.yaml" >"$work/check" 2>&1 || status=$?
  ((status == $1)) || fail "--check ended with $status, not $1: $(<"$work/check")"
  for words in "${@:2}"; do
    grep -q "^server  *$words" "$work/check" || fail "--check does not say '$words': $(<"$work/check")"
  done
}

factors='[]' policy_more=', on_unavailable: reject' server_more=', status_server: on'
home 1
proxies_to '' 1
write_config
check 0 'home1 .*, answers Status-Server in .*, ok'

# Home says nothing. The other one does not care who asks, and its signatures tell nothing.
upstream_secret='not the one of home' server_more=''
upstream 2 --forge 100%
proxies_to ', timeout: 1s, probe: {user: nobody, password: nothing}' 1 2
start
check 1 "home1 .*, no answer to the probe user's login in .*wrong secret?" \
  "home2 .*, answers the probe user's login, .*does not verify: wrong secret?" &
check=$!
pids+=("$check")
rejects 'User-Name = "user000001"' 'User-Password = "pass000001"'
until_true 3 has_lines login 1
grep -q '"verdict":"reject","reason":"primary_unavailable"' "$log" || fail "it ended otherwise: $(grep '"login"' "$log")"
wait "$check" || fail "--check found something else"
upstream_counted 'forged >= 1'
finish
