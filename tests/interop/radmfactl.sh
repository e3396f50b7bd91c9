#!/usr/bin/env bash
# An administrator with radmfactl: users from their first day to their last, a login that is seen while it waits and hung up.
. "$(dirname "$0")/lib.bash"
need jq radclient

write_users <<'YAML'
- {name: alice, password: right}
- {name: "bob", password: right}
YAML
after=30s
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
export RADMFA_CONTROL=$work/control
start

ctl() { "$RADMFACTL" "$@" </dev/null; }
# is FILTER ARGUMENT...: what the command answers with --json is so.
is() { ctl --json "${@:2}" >"$work/json" && jq -e "$1" "$work/json" >/dev/null || fail "${*:2}: not $1: $(cat "$work/json")"; }
# refuses WORDS ARGUMENT...
refuses() {
  local status=0 out
  out=$(ctl "${@:2}" 2>&1 >/dev/null) || status=$?
  ((status == 1)) && [[ $out == *"$1"* ]] || fail "${*:2}: exit $status, $out"
}
# shows WORDS ARGUMENT...
shows() { ctl "${@:2}" >"$work/out" && grep -qE "$1" "$work/out" || fail "${*:2}: no $1 in: $(cat "$work/out")"; }

# ---- users ----
shows '^number +\+15551230001 x42, entered$' user add alice --number '(555) 123-0001 x42' --country-code 1 --language en
refuses '(exists)' user add alice
refuses '(invalid)' user add carol --number 12
refuses '(not_found)' user show carol
is '.number == "+15551230001" and .extension == "42" and .language == "en" and (.has_pin | not)' user show ALICE
is '.number == "+442079460018" and .number_state == "verified"' user set alice --number '+44 20 7946 0018' --verified
is '.extension == "7" and .number_state == "entered"' user set alice --extension 7
is '.extension == null and .number == "+442079460018"' user set alice --no-extension
is '.language == null' user set alice --no-language
is '.calls == "20/1h"' user set alice --calls 20/1h
is '.calls == null' user set alice --no-calls
refuses '(invalid)' user set alice --calls 20
refuses '(invalid)' user set alice --language Klingon
pin=$(printf '2468\n' | "$RADMFACTL" --json user set alice --pin | jq .has_pin) && [[ $pin == true ]] || fail "a PIN"
is '.has_pin | not' user set alice --no-pin
shows '^number +-$' user set alice --no-number
refuses '(invalid)' user set alice --extension 7

shows '^code +[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$' user invite alice --hours 2
is '.invite_until != null and (tostring | contains("invite_hash") | not)' user show alice
shows 'alice \(local\) is blocked: left her badge' user block alice --why 'left her badge'
is '.blocked.why == "left her badge"' user show alice
shows 'is not blocked' user unblock alice
shows 'alice \(local\) is blocked: x' user block alice --why x --primary local
shows 'not blocked' user unblock alice
shows 'may log in once without a second factor until' user bypass alice --minutes 5 --why 'lost her phone'
is '.bypass.why == "lost her phone" and (.bypass.by | length > 0)' user show alice
shows 'has no bypass' user bypass alice --off
is '.blocked.why == "not here yet"' user block dave --primary local --why 'not here yet'

shows '^alice +local ' user list
is '[.users[].name] == ["alice", "dave"] and .more == null' user list
is '.users | length == 1' user list AL
shows "^alice,local,alice,.*,yes,,,,,,2" user list --csv
shows 'dave is removed' user remove dave
refuses '(not_found)' user remove dave

# ---- logins ----
is '.logins == []' pending
radclient_login alice right 40 >"$work/login" &
login=$!
pids+=("$login")
is_pending() { ctl --json pending | jq -e '.logins | length == 1' >/dev/null; }
until_true 10 is_pending
is '.logins[0] | .user == "alice" and .client == "lab" and .policy == "lab" and .factor == "robot" and .state == "factor"' pending
shows '^[0-9a-f]{16} +[0-9]+ s +[0-9]+ s +factor +alice +lab +robot' pending
id=$(ctl --json pending | jq -r '.logins[0].id')
refuses '(not_found)' hangup ffffffffffffffff
refuses '(invalid)' hangup nonsense
shows "login $id ends" hangup "$id"
until_true 5 is_gone_or_zombie "$login"
grep -q 'Received Access-Reject' "$work/login" || fail "hung up: $(cat "$work/login")"
is '.logins == []' pending

shows '^version +[0-9]' stats
is '.users == 1 and .logins.hung_up == 1 and .pending == 0' stats

finish
status=0
ctl stats 2>/dev/null || status=$?
((status == 3)) || fail "radmfad has ended, and is reached: $status"
