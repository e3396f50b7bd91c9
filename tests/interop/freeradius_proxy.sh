#!/usr/bin/env bash
# FreeRADIUS in front of radmfad, as many sites have it: it proxies with Proxy-State, and accepts our signed replies.
. "$(dirname "$0")/lib.bash"
need radclient freeradius

write_users <<'YAML'
- {name: alice, password: "right horse", simulated: {after: 2s}}
- {name: bob, password: "Pä$$ wörd"}
YAML
policy_more=', reject_delay: 200ms'
start

front=$((port + 1))
mkdir "$work/front"
cat >"$work/front/radiusd.conf" <<CONF
name = front
logdir = $work/front
run_dir = $work/front
libdir = /usr/lib/freeradius
pidfile = $work/front/pid
max_request_time = 30
log {
  destination = files
  file = $work/front/log
}
security {
  allow_core_dumps = no
}
thread pool {
  start_servers = 4
}
proxy server {
}
home_server radmfad {
  type = auth
  ipaddr = $host
  port = $port
  secret = "$secret"
  response_window = 20
  status_check = status-server
}
home_server_pool second_factor {
  home_server = radmfad
}
realm second_factor {
  auth_pool = second_factor
}
client anybody {
  ipaddr = 127.0.0.1
  secret = "front secret"
}
server front {
  listen {
    type = auth
    ipaddr = $host
    port = $front
  }
  authorize {
    update control {
      Proxy-To-Realm := second_factor
    }
  }
}
CONF
: >"$work/front/dictionary" # its own attributes: none
freeradius -f -l stdout -d "$work/front" >"$work/front/log" 2>&1 &
pids+=($!)
is_up() { grep -q 'Ready to process requests' "$work/front/log" 2>/dev/null || is_gone "${pids[-1]}"; }
until_true 10 is_up
is_alive "${pids[-1]}" || fail "freeradius does not start: $(cat "$work/front/log")"

# asks USER PASSWORD MORE: through FreeRADIUS.
asks() {
  printf 'User-Name = "%s"\nUser-Password = "%s"\nMessage-Authenticator = 0x00\n%s\n' "$1" "$2" "${3:-}" |
    radclient -x -r 1 -t 10 "$host:$front" auth 'front secret' 2>&1 || true
}
asks alice 'right horse' >"$work/alice" &
alice=$!
until_true 5 has_lines factor_start 1
[[ $(asks bob 'Pä$$ wörd') == *'Received Access-Accept'* ]] || fail "bob is not let in: $(cat "$work/front/log")"
[[ $(asks bob wrong) == *'Received Access-Reject'* ]] || fail "a wrong password is not rejected"
proxied=$(asks bob 'Pä$$ wörd' 'Proxy-State = 0x6f75747369646520')
[[ $proxied == *'Received Access-Accept'* && $proxied == *'Proxy-State = 0x6f75747369646520'* ]] ||
  fail "somebody's Proxy-State does not come back: $proxied"
wait "$alice"
grep -q 'Received Access-Accept' "$work/alice" || fail "alice is not let in: $(cat "$work/alice" "$work/front/log")"

# An impatient NAS repeats itself; FreeRADIUS passes that on, and the phone rings once.
calls=$(lines factor_start)
printf 'User-Name = "alice"\nUser-Password = "right horse"\nMessage-Authenticator = 0x00\n' |
  radclient -x -r 8 -t 0.4 "$host:$front" auth 'front secret' >"$work/impatient" 2>&1 || true
grep -q 'Received Access-Accept' "$work/impatient" || fail "the impatient one is not let in: $(<"$work/impatient")"
(($(lines factor_start) == calls + 1)) || fail "a retransmission through FreeRADIUS rang again"
! grep -iE 'invalid|signature|marking home server.*dead' "$work/front/log" || fail "FreeRADIUS does not like our replies"
finish
