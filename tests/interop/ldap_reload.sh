#!/usr/bin/env bash
# A reload goes over to another directory: a login that waits for the first one ends there, the next one goes to the second. A
# configuration whose ca_file is no certificate leaves the first at work. Who had his wrong passwords before a reload gets no
# further one after it, unless the new configuration allows more.
. "$(dirname "$0")/directory.bash"
peers slapd

authority ca
certificate dc ca "IP:$host"
for user in alice bob carol; do person "$user" right; done
slapd_with 1 dc
slapd_with 2 dc
directory "$(ldaps 1)" ', max_failures: 2/30m'
policy_more=', reject_delay: 0'
start
log_in() { [[ $(radclient_login alice right) == *'Received Access-Accept'* ]] || fail "alice is not accepted"; }
log_in

sed 's/ca_file: [^,]*/ca_file: radmfad.yaml/' -i "$work/radmfad.yaml"
kill -HUP "$pid"
until_true 10 log_says 'reload refused'
log_says '`ca_file`: holds no list of certificates in PEM' || fail "the log does not tell what is wrong"
log_in
(($(binds_at 1) == 2)) || fail "slapd 1 had $(binds_at 1) binds, not 2"

guess() { [[ $(radclient_login carol wrong) == *'Received Access-Reject'* ]] || fail "a wrong password is not rejected"; }
for _ in 1 2; do guess; done
(($(binds_at 1 carol) == 2)) || fail "two guesses made $(binds_at 1 carol) binds"

# the login hangs in the first one until after the reload
kill -STOP "${slapd_pids[1]}"
radclient_login bob right 10 >"$work/waits" &
waits=$!
pids+=("$waits")
until_true 10 slapd_has_unread 1
directory "$(ldaps 2)" ', max_failures: 2/30m'
write_config
kill -HUP "$pid"
until_true 10 log_says 'configuration reloaded'
log_in
kill -CONT "${slapd_pids[1]}"
wait "$waits"
grep -q 'Received Access-Accept' "$work/waits" || fail "the login that waited was not accepted: $(<"$work/waits")"
(($(binds_at 2) == 1)) || fail "slapd 2 had $(binds_at 2) binds, not 1"

guess
(($(binds_at 2 carol) == 0)) || fail "the reload has forgotten two wrong passwords"
until_true 5 log_says '"outcome":"too_many_failures"'
directory "$(ldaps 2)" ', max_failures: 3/30m'
write_config
kill -HUP "$pid"
has_reloaded_twice() { (($(grep -c 'configuration reloaded' "$log") == 2)); }
until_true 10 has_reloaded_twice
for _ in 1 2; do guess; done
(($(binds_at 2 carol) == 1)) || fail "three instead of two made $(binds_at 2 carol) more binds"
finish
