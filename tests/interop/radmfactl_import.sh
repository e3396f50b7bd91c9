#!/usr/bin/env bash
# Users of Azure MFA Server come over: from its CSV, from what a spreadsheet makes of it, 20,000 of them; and back again.
. "$(dirname "$0")/lib.bash"
need jq

write_users <<<'- {name: alice, password: right}'
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
export RADMFA_CONTROL=$work/control
start

# import STATUS ARGUMENT...
import() {
  local status=0
  "$RADMFACTL" user import "${@:2}" >"$work/out" 2>"$work/err" || status=$?
  ((status == $1)) || fail "import ${*:2}: exit $status: $(cat "$work/out" "$work/err")"
}
says() { grep -qF -- "$1" "$work/out" "$work/err" || fail "no \`$1\` in: $(cat "$work/out" "$work/err")"; }
user() { "$RADMFACTL" --json user show "$1" | jq -e "$2" >/dev/null || fail "$1 is not $2: $("$RADMFACTL" user show "$1")"; }

cat >"$work/azure.csv" <<'CSV'
Username,Country Code,Phone,Extension,Backup Phone,PIN,Language,Enabled,Group
alice,1,5551230001,42,5551230009,True,en,True,"a, b"
bob,44,020 7946 0018,,,,German,False,
"Müller, Jörg",49,030 901820,,,False,de,,"two
lines"
eve,1,see reception,,,,,True,
dan,,,,,,,,
CSV
import 1 "$work/azure.csv" --dry-run
says 'nothing is changed; it would be: 4 added, 0 changed, 0 unchanged, 1 failed'
[[ $("$RADMFACTL" --json stats | jq .users) == 0 ]] || fail "--dry-run has changed something"
import 1 "$work/azure.csv" --verified
says "azure.csv:6: column \`phone\`: \`see reception\` is no telephone number"
says 'azure.csv:1: `Group`: not known, and not read'
says 'alice had a PIN, and must set a new one by call'
says '4 added, 0 changed, 0 unchanged, 1 failed'
says '1 blocked: disabled in the import'
says '1 backup phones'
says '1 without a number'
user alice '.number == "+15551230001" and .extension == "42" and .language == "en" and .number_state == "verified" and .blocked == null'
user bob '.number == "+442079460018" and .blocked.why == "disabled in the import" and .language == "de"'
user 'Müller, Jörg' '.number == "+4930901820"'
user dan '.number == null'

# Once more: nothing changes; verified numbers stay verified. Then one changes.
import 1 "$work/azure.csv"
says '0 added, 0 changed, 4 unchanged, 1 failed'
user alice '.number_state == "verified"'
sed -i 's/5551230001,42/5551230002,/' "$work/azure.csv"
import 1 "$work/azure.csv" --dry-run
says '0 added, 1 changed, 3 unchanged, 1 failed'
import 1 "$work/azure.csv"
says '0 added, 1 changed, 3 unchanged, 1 failed'
user alice '.number == "+15551230002" and .extension == null'

# As spreadsheets save it; and our own list, with the ' before each number.
printf '\xef\xbb\xbfPhone;User\r\n"5551230003";carl\r\n' >"$work/sheet.csv"
import 0 "$work/sheet.csv" --country-code 1
user carl '.number == "+15551230003"'
"$RADMFACTL" user list --csv >"$work/list.csv"
grep -q "^alice,local,alice,'+15551230002," "$work/list.csv" || fail "$(cat "$work/list.csv")"
for name in alice bob carl 'Müller, Jörg' dan; do "$RADMFACTL" user remove "$name" >/dev/null; done
import 0 "$work/list.csv"
says '5 added, 0 changed, 0 unchanged, 0 failed'
user alice '.number == "+15551230002"'
user bob '.blocked != null'

# Whose names are not one name: what radmfad refuses is told with file and line.
printf 'user,primary\nzoe,nowhere\n' >"$work/wrong.csv"
import 1 "$work/wrong.csv"
says 'wrong.csv:2: user `zoe`: '
printf 'user,phone\n"alice,+15551230001\nbob,\n' >"$work/open.csv"
import 1 "$work/open.csv"
says 'open.csv:2: a quote is opened in this record and never closed'
import 1 /nonexistent.csv
import 1 "$work/users.db"

# ---- many ----
story <<'PYTHON'
import os
with open(os.environ["WORK"] + "/many.csv", "w") as file:
    print("user,country code,phone,extension,backup phone,PIN,language,enabled", file=file)
    for i in range(20000):
        print(f"user{i:05d},1,555{i:07d},,,,en,True", file=file)
PYTHON
for round in '20000 added, 0 changed, 0 unchanged' '0 added, 0 changed, 20000 unchanged'; do
  begun=$EPOCHREALTIME
  import 0 "$work/many.csv"
  ended=$EPOCHREALTIME
  says "$round, 0 failed"
  echo "$round: $(((${ended/./} - ${begun/./}) / 1000)) ms"
done
begun=$EPOCHREALTIME
(($("$RADMFACTL" user list --csv | wc -l) == 20006)) || fail "user list"
ended=$EPOCHREALTIME
echo "list of 20005: $(((${ended/./} - ${begun/./}) / 1000)) ms"
finish
