#!/usr/bin/env bash
# Two radmfads that ask each other: the first one knows its request again and refuses it, so that the login ends at once.
. "$(dirname "$0")/upstream.bash"
peers radclient

upstream_secret=$secret factors='[]' workers=3
first_port=$port first_log=$log

listens_at $((first_port + 1))
log=$work/second.log
proxies_to ', source: 127.0.0.2' -1
start
second=$pid

listens_at "$first_port"
log=$first_log
proxies_to '' 1
start

rejects 'User-Name = "alice"' 'User-Password = "right"'
story <<'PYTHON'
from radius import *
until(3, lambda: dropped() == {"loop": 1}, "one dropped as a loop")
drop = events("drop")[0]
expect(drop["peer"].startswith("127.0.0.2:") and drop["client"] == "lab", f"{drop}")
login, = until_lines("login", 1)
expect((login["verdict"], login["reason"]) == ("reject", "wrong_password"), f"{login}")
expect(login["stages_ms"]["total"] < 2000, f"{login}")
PYTHON
log=$work/second.log
until_true 3 has_lines login 1
(($(lines login) == 1)) || fail "the other one had $(lines login) logins, not 1"
log=$first_log

# Ten more, each of another user: ten more are refused, and none goes round twice.
load ten --logins 10 --rate 100 --expect reject
story <<'PYTHON'
from radius import *
until(3, lambda: dropped() == {"loop": 11}, "eleven dropped as loops")
PYTHON
finish
pid=$second log=$work/second.log finish
