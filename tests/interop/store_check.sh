#!/usr/bin/env bash
# The store's file: made private at the start, locked while radmfad runs; --check, a second radmfad, a damaged file, a reload.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
file=$work/users.db
top_more='store: {type: sqlite, path: users.db}'

# check STATUS WORDS: of the line about the store.
check() {
  local status=0 line
  "$RADMFAD" --check --config "$work/radmfad.yaml" >"$work/out" 2>>"$log" || status=$?
  line=$(grep '^store ' "$work/out") || fail "no line about the store: $(<"$work/out")"
  ((status == $1)) || fail "--check ended with $status, not $1: $line"
  [[ $line == *"$2"* ]] || fail "no \`$2\` in: $line"
}

write_config
check 0 'will be made, ok'
[[ ! -e $file ]] || fail '--check has made the file'
umask 0
start
[[ $(stat -c %a "$file" "$file-wal" | sort -u) == 600 ]] || fail 'others may read the store'
check 0 'a process has it, ok'

sed "s/:$port/:$((port + 1))/" "$work/radmfad.yaml" >"$work/second.yaml"
if "$RADMFAD" --config "$work/second.yaml" 2>"$work/err"; then fail 'two have one store'; fi
grep -q 'users.db: another process uses it' "$work/err" || fail "a second radmfad says: $(<"$work/err")"

sed -i 's/path: users.db/path: others.db/' "$work/radmfad.yaml"
kill -HUP "$pid"
until_true 5 log_says '`store` has changed, and that is a change that needs a restart'
write_config
finish
[[ ! -e $file-wal ]] || fail 'the log of the file was left behind'
check 0 '0 users, ok'

head -c 8192 /dev/urandom >"$file"
check 1 'not a database'
top_more='store: {type: sqlite, path: nowhere/users.db}'
write_config
check 1 'nowhere: No such file or directory'
if "$RADMFAD" --config "$work/radmfad.yaml" 2>"$work/err"; then fail 'it runs without its store'; fi
grep -q 'nowhere/users.db: cannot be made' "$work/err" || fail "it says: $(<"$work/err")"
