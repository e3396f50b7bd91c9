# lib.bash: what the scripts here share beside ../interop/lib.bash: both commands of radmfa-bench against each other on loopback.
. "$(dirname "${BASH_SOURCE[0]}")/../interop/lib.bash"
: "${RADMFA_BENCH:?set it to the program to be tested}"

is_listening() { [[ -s $work/upstream.out ]] && grep -q "^listening on " "$work/upstream.out"; }

# upstream OPTION...: starts it on a port that the system chooses; sets `address` and `pid`.
upstream() {
  rm -f "$work/upstream.out"
  "$RADMFA_BENCH" upstream --listen "$host:0" --secret "$secret" --json "$work/upstream.json" "$@" \
    >"$work/upstream.out" 2>>"$log" &
  pid=$!
  pids+=("$pid")
  until_true 10 is_listening
  address=$(sed -n 's/^listening on //p' "$work/upstream.out")
}

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
