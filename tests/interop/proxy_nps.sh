#!/usr/bin/env bash
# A server as NPS is: it takes its time, drops whatever comes twice, and knows no Status-Server. However often NAS and radmfad
# send again, each login is one request there, and gets its answer.
. "$(dirname "$0")/upstream.bash"
peers radclient

upstream 1 --delay 3s --drop-duplicates --status-server off --verdict check
proxies_to ', retransmit: 500ms' 1
factors='[]'
start

logins=100
if is_sanitized; then logins=20; fi
load nas --logins "$logins" --rate 100 --retransmit 400ms,10 &
loader=$!
pids+=("$loader")
printf 'User-Name = "user999999"\nUser-Password = "pass999999"\nMessage-Authenticator = 0x00\n' |
  radclient -x -r 10 -t 0.5 "$host:$port" auth "$secret" >"$work/radclient" 2>&1 || fail "$(<"$work/radclient")"
(($(grep -c '^Sent' "$work/radclient") >= 2)) || fail "radclient did not repeat itself: $(<"$work/radclient")"
wait "$loader" || fail "not every login got in"
counted nas "ok == $logins" "retransmissions >= $logins"
until_true 3 has_lines login "$((logins + 1))"
(($(lines login) == logins + 1)) || fail "$(lines login) logins, not $((logins + 1))"
upstream_counted "distinct == logins == accepts == $((logins + 1))" 'logins_repeated == 0' \
  'ignored == retransmissions >= distinct' "bad_passwords == 0" "message_authenticator_first == received"
finish
