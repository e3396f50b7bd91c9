#!/usr/bin/env bash
# How logins ended, as radmfactl tells it: whose, when, with which reason; as a table, JSON and CSV.
. "$(dirname "$0")/lib.bash"
need jq radclient

write_users <<'YAML'
- {name: alice, password: right}
- {name: bob, password: right}
YAML
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
export RADMFA_CONTROL=$work/control
start

is() { "$RADMFACTL" --json "${@:2}" >"$work/json" && jq -e "$1" "$work/json" >/dev/null || fail "${*:2}: not $1: $(cat "$work/json")"; }
shows() { "$RADMFACTL" "${@:2}" >"$work/out" && grep -qE "$1" "$work/out" || fail "${*:2}: no $1 in: $(cat "$work/out")"; }

is '.logins == []' history
radclient_login alice right >/dev/null
radclient_login bob wrong >/dev/null
has_history() { (($("$RADMFACTL" --json history | jq '.logins | length') >= $1)); }
until_true 10 has_history 2
is '.logins | map(.user) == ["bob", "alice"]' history
is '.logins | length == 1 and .[0].reason == "approved" and .[0].verdict == "accept" and .[0].factor == "robot"' history alice
is '.logins | map(.user) == ["bob"]' history --verdict reject --from 1h
is '.logins == []' history --until 1h
is '.logins == []' history --reason hung_up
is '.logins | map(.user) == ["bob"]' history --max 1
shows '^20[0-9-]+ [0-9:]+ +accept +approved +alice +lab +robot ' history
(($("$RADMFACTL" history --csv | wc -l) == 3)) || fail "history --csv"
for i in {1..25}; do radclient_login "user$i" wrong >/dev/null & done
wait $(jobs -p | grep -v "^$pid$")
until_true 10 has_history 27
is '(.logins | length == 27) and (.logins | map(.id) | unique | length == 27)' history --max 0
finish
