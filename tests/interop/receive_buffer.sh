#!/usr/bin/env bash
# What the system drops while radmfad does not come to read is counted and logged, and logins work after it.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
start
kill -STOP "$pid"
story <<'PYTHON'
import os, socket

flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(60000):
    flood.sendto(b"x", (os.environ["RADIUS_HOST"], int(os.environ["RADIUS_PORT"])))
PYTHON
kill -CONT "$pid"
# the counter is read once a second, where there is traffic
counted() { radclient_login alice right 1 >/dev/null && log_says '"reason":"receive_buffer_full"'; }
until_true 10 counted
count=$(grep -o '"reason":"receive_buffer_full".*' "$log" | grep -oE '"count":[0-9]+' | head -1 | cut -d: -f2)
((count > 0 && count < 60000)) || fail "$count datagrams dropped?"
[[ $(radclient_login alice right) == *'Received Access-Accept'* ]] || fail "no login works after it"
finish
