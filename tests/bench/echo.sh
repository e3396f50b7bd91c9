#!/usr/bin/env bash
# An echo sends every datagram back as it was, or its first octets, with and without libuv, and tells what it cost.
. "$(dirname "$0")/lib.bash"

# sent_back LEN WANT: a hundred datagrams of that length come back as they were, cut to WANT octets.
sent_back() {
  python3 - "${address%:*}" "${address##*:}" "$1" "$2" <<'PYTHON' || fail "not sent back"
import os
import socket
import sys

host, port, length, want = sys.argv[1], *map(int, sys.argv[2:])
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.settimeout(10)
peer.connect((host, port))
sent = {os.urandom(length) for _ in range(100)}
for datagram in sent:
    peer.send(datagram)
came = {peer.recv(5000) for _ in sent}
sys.exit(came != {datagram[:want] for datagram in sent})
PYTHON
}

for way in --plain --libuv; do
  echo_server "$way"
  sent_back 100 100
  finish
  grep -q '^replies  *100$' "$work/echo.out" || fail "no text report: $(<"$work/echo.out")"
  grep -q '^CPU for each reply: ' "$work/echo.out" || fail "no cost: $(<"$work/echo.out")"
  jq -e '.counts.received == 100 and .counts.replies == 100' "$work/echo.json" >/dev/null || fail "$(<"$work/echo.json")"
done

echo_server --reply-size 38
sent_back 100 38
finish
