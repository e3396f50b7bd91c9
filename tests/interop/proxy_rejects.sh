#!/usr/bin/env bash
# What FreeRADIUS says with its no comes through. A plain proxy passes it on at once, though `reject_delay` is long; before a
# second factor it waits as every other wrong password does, and says no more than why.
. "$(dirname "$0")/upstream.bash"
peers radclient freeradius

accounts='mallory Auth-Type := Reject
	Class = 0x6e6f6e65,
	Reply-Message = "Your account has expired",
	Reply-Message = "since yesterday"'
home 1
proxies_to '' 1

# Sets `said`; the two messages are in it, in order.
is_refused() {
  said=$(asks 'User-Name = "mallory"' 'User-Password = "right"')
  [[ $said == *'Received Access-Reject'*'Your account has expired'*'since yesterday'* ]] || fail "no reject: $said"
}

# took LEAST MOST: the milliseconds of the login in the log.
took() {
  LEAST=$1 MOST=$2 story <<'PYTHON'
from radius import *
login = until_lines("login", 1)[-1]
expect((login["verdict"], login["reason"]) == ("reject", "wrong_password"), f"{login}")
expect(int(os.environ["LEAST"]) <= login["stages_ms"]["total"] <= int(os.environ["MOST"]), f"{login}")
PYTHON
}

factors='[]' policy_more=', reject_delay: 30s'
start
is_refused
[[ $said == *'Class = 0x6e6f6e65'* ]] || fail "not passed on as it is: $said"
took 0 3000
finish

: >"$log"
factors='[robot]' policy_more=', reject_delay: 1s'
start
is_refused
[[ $said != *Class* ]] || fail "more than a message in our own reject: $said"
took 1000 5000
(($(lines factor_start) == 0)) || fail "a wrong password rang"
finish
