#!/usr/bin/env bash
# radmfactl beside what is no radmfad, none at all, or one whose users would like to write to an administrator's terminal.
. "$(dirname "$0")/lib.bash"
need jq script

export RADMFA_CONTROL=$work/control
fake=

# serve MODE: in the place of the one before.
serve() {
  [[ -z $fake ]] || { kill "$fake" && wait "$fake" || true; }
  : >"$work/fake"
  python3 "$here/fake_control.py" "$RADMFA_CONTROL" "$1" >"$work/fake" &
  fake=$!
  pids+=("$fake")
  until_true 10 grep -q listens "$work/fake"
}

# ends STATUS WORDS ARGUMENT...: what it complains of is in `out`.
ends() {
  local status=0
  out=$("$RADMFACTL" "${@:3}" 2>&1 >"$work/stdout" </dev/null) || status=$?
  ((status == $1)) && [[ $out == *"$2"* ]] || fail "${*:3}: exit $status, $out"
}

# ---- nobody there ----
ends 3 'is radmfad running' stats
ends 3 "$work/elsewhere" --socket "$work/elsewhere" stats
ends 3 'too long' --socket "/tmp/$(printf 'x%.0s' {1..200})" stats
if ((EUID == 0)); then # root may everything: somebody else may not
  serve strangers
  chmod 600 "$RADMFA_CONTROL" && chmod 711 "$work"
  out=$(setpriv --reuid=65534 --clear-groups "$RADMFACTL" stats 2>&1) && fail "nobody may ask" || status=$?
  ((status == 3)) && [[ $out == *'in the group'* ]] || fail "nobody: exit $status, $out"
fi
chmod 755 "$work"

# ---- called wrongly ----
ends 2 'no such command' usr
ends 2 'usage' user
ends 2 'called wrongly' user show
ends 2 'called wrongly' stats now
ends 2 'none of this command' stats --verbose
ends 2 'takes a value' history --max
ends 2 'takes a number from 0' history --max many
ends 2 'takes a time in UTC' history --from yesterday
ends 2 'said already' user set alice --number 1 --no-number
ends 2 'nothing is to be changed' user set alice
ends 2 'say why' user block alice
ends 2 'either' user bypass alice
ends 2 'either' user bypass alice --off --minutes 5
ends 2 'either a file' user import
ends 2 'only for the import of a directory' user import x.csv --remove-max 1
ends 2 'no UTF-8' user show $'\xff'
ends 2 'exclude' user list --csv --json
ends 2 'terminal' pending --follow

# ---- no radmfad ----
serve garbage
ends 1 'does not speak as radmfad does: HTTP/1.1 400 Bad Request\x1b[2J' stats
for mode in array neither both twice; do
  serve $mode
  ends 1 'does not speak as radmfad does' stats
done
serve closes
ends 1 'has closed the connection' stats
ends 1 'has closed the connection' user list --json
[[ ! -s $work/stdout ]] || fail "half a document"
serve half
ends 1 'has closed the connection' stats
serve endless
ends 1 'the answer has no end' stats
printf 'user,phone\nalice,+15551230001\nbob,+15551230002\n' >"$work/users.csv"
serve other_id
ends 1 'answered what was not asked' user import "$work/users.csv"
[[ $out == *"$work/users.csv:2: radmfad's answer did not come"* && $out == *"before the file's end"* ]] || fail "$out"
serve closes
ends 1 "users.csv:3: radmfad's answer did not come" user import "$work/users.csv"

# ---- strangers ----
serve strangers
# has_no_commands FILE: nothing there would move a cursor, or turn the line. Tabs are allowed.
has_no_commands() {
  ! LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xe2\x80[\x8b-\x8f\xa8-\xae]' "$1" || fail "$(cat -v "$1")"
}
for command in 'user show x' 'user list' 'user list --csv' 'user list --json' history 'history --csv' 'history --json' pending stats; do
  "$RADMFACTL" $command >"$work/out" || fail "$command"
  has_no_commands "$work/out"
done
ends 1 'nobody is called \x1b[2J (not_found)' user remove $'\x1b[2J'
ends 1 'different versions' user invite x

"$RADMFACTL" user list >"$work/out"
(($(wc -l <"$work/out") == 7)) && grep -q '^\\x1b\]0;owned\\x07\\u202egnp.exe  *local ' "$work/out" || fail "$(cat "$work/out")"
(($(wc -L <"$work/out") <= 120)) || fail "too wide"
(($("$RADMFACTL" user list --max 3 2>"$work/err" | wc -l) == 4)) && grep -q 'more than these 3' "$work/err" || fail "--max"
"$RADMFACTL" user list --json | jq -e '.users | length == 6' >/dev/null || fail "--json is one document"
"$RADMFACTL" --json history --max 3 2>/dev/null | jq -e '(.logins | length == 3) and .more.n == 2' >/dev/null || fail "--max --json"
"$RADMFACTL" stats | grep -q '^datagrams *1152921504606846976$' || fail "stats"
"$RADMFACTL" --json stats | jq -e '.logins.approved == 3' >/dev/null || fail "stats --json"
"$RADMFACTL" user import --directory corp --remove-max 3 --dry-run --json 2>"$work/err" >"$work/out" && fail "refused removals" || status=$?
((status == 1)) && grep -q '^radmfactl: 7 users are not in the directory' "$work/err" || fail "$(cat "$work/err")"
jq -e '.asked | .primary == "corp" and .remove_max == 3 and .dry_run' "$work/out" >/dev/null || fail "$(cat "$work/out")"

# Python's csv reads both; no cell begins as a formula does.
"$RADMFACTL" history --csv >"$work/history.csv"
"$RADMFACTL" user list --csv >"$work/list.csv"
story <<'PYTHON'
import csv, os
for name, n in (("history", 7), ("list", 7)):
    with open(f"{os.environ['WORK']}/{name}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) == n and len({len(row) for row in rows}) == 1, rows
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    print(rows[1])
PYTHON

# ---- answers in any order, and users whom somebody else changes meanwhile ----
serve store
story <<'PYTHON'
import os
with open(os.environ["WORK"] + "/many.csv", "w") as file:
    print("user,country code,phone,enabled,pin", file=file)
    for i in range(1000):
        print(f"user{i},1,555{i:07d},{'no' if i % 10 == 0 else 'yes'},{'yes' if i < 2 else ''}", file=file)
    for i in range(50):  # one user, row after row: the last one stays
        print(f"USER7,1,666{i:07d},,", file=file)
PYTHON
"$RADMFACTL" user import "$work/many.csv" >"$work/out" || fail "$(cat "$work/out")"
printf '%s\n' 'user0 had a PIN, and must set a new one by call' 'user1 had a PIN, and must set a new one by call' |
  diff - <(grep '^user' "$work/out" | sort) || fail "PINs"
grep -qx '1000 added, 50 changed, 0 unchanged, 0 failed' "$work/out" && grep -q '^100 blocked' "$work/out" || fail "$(cat "$work/out")"
"$RADMFACTL" --json user show user7 | jq -e '.number == "+16660000049"' >/dev/null || fail "the last row does not stay"

serve strangers
# On a terminal of 80 columns, no line is wrapped.
script -qec "stty cols 80; '$RADMFACTL' history; '$RADMFACTL' pending; '$RADMFACTL' user list" /dev/null </dev/null | tr -d '\r' >"$work/out"
(($(wc -L <"$work/out") <= 80)) && (($(wc -l <"$work/out") == 21)) || fail "$(cat "$work/out")"

# --follow draws anew each second, until it is interrupted or radmfad goes.
script -qfec "stty cols 100 rows 24; exec '$RADMFACTL' pending --follow" "$work/typescript" </dev/null >/dev/null &
follower=$!
pids+=("$follower")
until_true 10 grep -q '2 and more pending.*UTC' "$work/typescript"
until_true 10 eval '(($(grep -c "00000000000000bb" "$work/typescript") >= 4))'
kill "$fake"
until_true 20 is_gone_or_zombie "$follower"
grep -qE 'closed the connection|does not listen|nothing can be read' "$work/typescript" || fail "$(cat -v "$work/typescript")"
