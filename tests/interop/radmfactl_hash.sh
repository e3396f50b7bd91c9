#!/usr/bin/env bash
# `radmfactl hash` takes one line from a pipe, or asks twice on a terminal that does not show what is typed.
. "$(dirname "$0")/lib.bash"
need script

argon2id='\$argon2id\$v=19\$m=[0-9]+,t=[0-9]+,p=[0-9]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+'
hash=$(printf 'first line\nsecond line\n' | "$RADMFACTL" hash)
[[ $hash =~ ^$argon2id$ ]] || fail "from a pipe: $hash"
crlf=$(printf 'with CR LF\r\n' | "$RADMFACTL" hash)
bare=$(printf 'no line end' | "$RADMFACTL" hash)

# refuses INPUT WORDS OPTION...
refuses() {
  local out status=0
  out=$(printf '%b' "$1" | "$RADMFACTL" hash "${@:3}" 2>&1) || status=$?
  ((status == 1)) && [[ $out == *"$2"* && $out != *argon2id* ]] || fail "$1: exit $status, $out"
}
refuses '' 'no password'
refuses '\n' 'octets'
refuses "$(printf 'x%.0s' {1..129})\n" '128 octets'
for pin in 123 12345678901 12a4 ' 1234'; do refuses "$pin\n" '4 to 10 digits' --pin; done
refuses '' 'no PIN' --pin
pin=$(printf '0123\n' | "$RADMFACTL" hash --pin)
[[ $pin =~ ^$argon2id$ ]] || fail "a PIN: $pin"

# Python types at the terminal that it makes, when it is asked.
cat >"$work/terminal.py" <<'PYTHON'
import os, pty, select, sys, time

def type_at(program, typed):
    """Exit status, and what the terminal showed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(program, [program, "hash"])
    shown, end = b"", time.monotonic() + 20
    for prompt, line in typed:
        while shown.count(prompt) < 1:
            if time.monotonic() > end or not select.select([fd], [], [], 5)[0]:
                sys.exit(f"no {prompt} in {shown}")
            shown += os.read(fd, 4096)
        os.write(fd, line)
    try:
        while select.select([fd], [], [], 10)[0]:
            more = os.read(fd, 4096)
            if not more:
                break
            shown += more
    except OSError:
        pass
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown

program, first, second, want = sys.argv[1:]
status, shown = type_at(program, [(b"Password: ", first.encode() + b"\n"), (b"Again: ", second.encode() + b"\n")])
if first.encode() in shown or status != int(want):
    sys.exit(f"exit {status}, shown {shown}")
print(shown.decode())
PYTHON
same=$(python3 "$work/terminal.py" "$RADMFACTL" 'typed at a terminal' 'typed at a terminal' 0) || fail "at a terminal"
[[ $same =~ $argon2id ]] || fail "at a terminal: $same"
typed=${BASH_REMATCH[0]}
differ=$(python3 "$work/terminal.py" "$RADMFACTL" 'typed at a terminal' 'typed another way' 1) || fail "two that differ"
[[ $differ == *differ* && $differ != *argon2id* ]] || fail "two that differ: $differ"

# script(1), as people record their sessions.
script -qec "stty -echo; printf 'in a session\n' | '$RADMFACTL' hash" "$work/typescript" </dev/null >/dev/null
recorded=$(grep -oE "$argon2id" "$work/typescript") || fail "nothing recorded by script(1)"
! grep -q 'in a session$' "$work/typescript" || fail "script(1) has seen the password"

for pair in "first line|$hash" "with CR LF|$crlf" "no line end|$bare" "typed at a terminal|$typed" "in a session|$recorded"; do
  i=$((${i:-0} + 1))
  echo "- {name: user$i, password_hash: \"${pair#*|}\", pin_hash: \"$pin\"}"
done >"$work/users.yaml"
start
story <<'PYTHON'
from radius import *
for i, password in enumerate(("first line", "with CR LF", "no line end", "typed at a terminal", "in a session"), 1):
    expect(login(f"user{i}", password) == ACCESS_ACCEPT, f"{password!r} is not accepted")
PYTHON
finish
