# lib.bash: what the scripts here share beside ../interop/lib.bash: the commands of radmfa-bench against each other on loopback.
. "$(dirname "${BASH_SOURCE[0]}")/../interop/lib.bash"
: "${RADMFA_BENCH:?set it to the program to be tested}"

need jq

is_listening() { [[ -s $work/$1.out ]] && grep -q "^listening on " "$work/$1.out"; }

# listener COMMAND OPTION...: starts it on a port that the system chooses; sets `address` and `pid`.
listener() {
  local command=$1
  shift
  rm -f "$work/$command.out"
  "$RADMFA_BENCH" "$command" --listen "$host:0" --json "$work/$command.json" "$@" >"$work/$command.out" 2>>"$log" &
  pid=$!
  pids+=("$pid")
  until_true 10 is_listening "$command"
  address=$(sed -n 's/^listening on //p' "$work/$command.out")
}
upstream() { listener upstream --secret "$secret" "$@"; }
echo_server() { listener echo "$@"; }

# Whether a load generator has a socket that is connected to the server.
is_connected() { grep -q "$(printf ':%04X 01 ' "${address##*:}")" /proc/net/udp; }

# load STATUS OPTION...: runs it to its end, which must have that status.
load() {
  local want=$1 status=0
  shift
  "$RADMFA_BENCH" load --server "$address" --secret "$secret" --json "$work/load.json" "$@" \
    >"$work/load.out" 2>>"$log" || status=$?
  no_complaints
  ((status == want)) || fail "load $* ended with $status, not $want: $(<"$work/load.out")"
}

# expect CONDITION...: Python over what both reports count, as load.ok and upstream.received; `timing` are load's latencies in ms.
expect() {
  python3 - "$work" "$@" <<'PYTHON' || fail "not so"
import json
import os
import sys
from types import SimpleNamespace


def report(name):
    path = f"{sys.argv[1]}/{name}.json"
    if not os.path.exists(path) or not os.path.getsize(path):
        return {"counts": {}}
    with open(path) as file:
        return json.load(file)


load, upstream = report("load"), report("upstream")
names = {
    "load": SimpleNamespace(**load["counts"]),
    "upstream": SimpleNamespace(**upstream["counts"]),
    "timing": load.get("latency_ms"),
}
for condition in sys.argv[2:]:
    if not eval(condition, names):
        sys.exit(f"{condition}\nload: {load['counts']}\nupstream: {upstream['counts']}")
PYTHON
}
