# upstream.bash: what the scripts share in which radmfad asks other RADIUS servers. Those listen at the address of
# lib.bash, at the ports behind radmfad's own: server N at port + N.
#
#   . "$(dirname "$0")/upstream.bash"
#   peers radclient freeradius   # they are there; prints their versions
#   home 1                       # a FreeRADIUS, as home.conf says; its users are `accounts`
#   proxies_to '' 1              # radmfad's primary is that server
#   factors='[]'
#   start
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
: "${RADMFA_BENCH:?set it to the program radmfa-bench}"

upstream_secret='known upstream alone'
server_more='' # of radmfad's servers: ", status_server: on"
accounts=''    # as in FreeRADIUS's file of users

# What a program says of its version, or where it says nothing, what its package has.
version_of() {
  case $1 in
    freeradius | radclient | radsecproxy) "$1" -v 2>&1 | head -n 1 ;;
    *) dpkg-query -W "${packages[$1]}" ;;
  esac
}

peers() {
  local peer
  need "$@"
  for peer; do printf '%s: %s\n' "$peer" "$(version_of "$peer")"; done
}

is_gone_or_says() { is_gone "$1" || grep -qF -- "$2" "$3"; }

# launch FILE WORDS COMMAND...: in the background, until its output, which is $work/FILE, has these words. Sets `launched`.
launch() {
  local out=$work/$1
  : >"$out"
  "${@:3}" >>"$out" 2>&1 &
  launched=$!
  pids+=("$launched")
  until_true 10 is_gone_or_says "$launched" "$2" "$out"
  is_alive "$launched" || fail "$3 does not start: $(<"$out")"
}

# ---- FreeRADIUS ----

declare -A home_pids=()
export HOME_SECRET=$upstream_secret HOME_ADDRESS=$host HOME_CERTIFICATE=$work/home.pem HOME_KEY=$work/home.key

write_certificate() {
  [[ ! -s $HOME_CERTIFICATE ]] || return 0
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=home \
    -keyout "$HOME_KEY" -out "$HOME_CERTIFICATE" 2>"$work/openssl" || fail "openssl: $(<"$work/openssl")"
}

# start_home N: once more what `home` has made; home_pids[N] is its process.
start_home() {
  local dir=$work/home$1
  HOME_DIR=$dir HOME_PORT=$((port + $1)) launch "home$1/log" 'Ready to process requests' freeradius -f -l stdout -d "$dir"
  home_pids[$1]=$launched
}

home() {
  local dir=$work/home$1
  need freeradius openssl
  write_certificate
  mkdir "$dir"
  cp "$here/home.conf" "$dir/radiusd.conf"
  : >"$dir/dictionary" # its own attributes: none
  printf '%s\n' "$accounts" >"$dir/users"
  start_home "$1"
}

# kill_home N: it has no time to say a word.
kill_home() {
  kill -KILL "${home_pids[$1]}"
  wait "${home_pids[$1]}" 2>/dev/null || true
}

# Whether datagrams lie at home N that it has not read.
has_unread() {
  local a b c d socket queues
  IFS=. read -r a b c d <<<"$host"
  socket=$(printf '%02X%02X%02X%02X:%04X' "$d" "$c" "$b" "$a" $((port + $1)))
  queues=$(awk -v socket="$socket" '$2 == socket { print $5 }' /proc/net/udp)
  [[ -n $queues && $queues != *:00000000 ]]
}

# accepted N: how many logins home N has let in since it was started.
accepted() { grep -c 'Login OK' "$work/home$1/log" || true; }
has_accepted() { (($(accepted "$1") >= $2)); }

# ---- radmfad ----

# listens_at PORT: where the next one starts.
listens_at() {
  port=$1
  listen="{udp: \"$host:$port\"}"
}

# proxies_to KEYS N...: servers N; KEYS of the primary begin with a comma.
proxies_to() {
  local keys=$1 servers='' n
  shift
  for n; do
    servers+="${servers:+, }{name: home$n, address: \"$host:$((port + n))\", secret: \"$upstream_secret\"$server_more}"
  done
  primary="homes: {type: radius, servers: [$servers]$keys}"
}

# ---- radmfa-bench ----

# upstream N OPTION...: radmfa-bench as server N; sets `upstream_pid`.
upstream() {
  launch upstream.out 'listening on ' "$RADMFA_BENCH" upstream --listen "$host:$((port + $1))" \
    --secret "$upstream_secret" --json "$work/upstream.json" "${@:2}"
  upstream_pid=$launched
}

# upstream_counted CONDITION...: ends it; the conditions must be true of what it counted.
upstream_counted() {
  kill -TERM "$upstream_pid"
  wait "$upstream_pid" || fail "radmfa-bench upstream ended badly: $(<"$work/upstream.out")"
  log=$work/upstream.out no_complaints
  counted upstream "$@"
}

# load NAME OPTION...: logins at radmfad, each of which must end as expected.
load() {
  local name=$1
  shift
  "$RADMFA_BENCH" load --server "$host:$port" --secret "$secret" --json "$work/$name.json" "$@" \
    >"$work/$name.out" 2>>"$log" || fail "$name: $(<"$work/$name.out")"
}

# begin_loads RATE SECONDS: so many logins a second with right passwords, and half as many with wrong ones, in the background.
begin_loads() {
  load right --rate "$1" --duration "$2s" --timeout 20s &
  loads=($!)
  load wrong --rate $(($1 / 2)) --duration "$2s" --timeout 20s --users 'user9%05d' --password nonsense --expect reject &
  loads+=($!)
  pids+=("${loads[@]}")
}

# end_loads: none is lost, and each got its verdict, once.
end_loads() {
  wait "${loads[0]}" || fail "a right password was not accepted"
  wait "${loads[1]}" || fail "a wrong password was not rejected"
  counted right 'ok == planned > 0' 'doubled == late == forged == 0'
  counted wrong 'ok == planned > 0' 'doubled == late == forged == 0'
}

# counted NAME CONDITION...: Python over the counts of a report.
counted() {
  python3 - "$work/$1.json" "${@:2}" <<'PYTHON' || fail "$1 counted otherwise"
import json, sys
with open(sys.argv[1]) as file:
    counts = json.load(file)["counts"]
for condition in sys.argv[2:]:
    if not eval(condition, dict(counts)):
        sys.exit(f"{condition}: {counts}")
PYTHON
}

# ---- clients ----

# asks ATTRIBUTE...: once, as radclient reads them; prints what it sent and received. Set `port` and `secret` before it to ask
# somebody else, as with the others here.
asks() {
  printf '%s\n' "$@" 'Message-Authenticator = 0x00' |
    radclient -x -r 1 -t 8 "$host:$port" auth "$secret" 2>&1 || true
}

# RFC 2759 9.2: who responds by MS-CHAPv2 to a challenge with the password "clientPass". radclient cannot do that by itself.
# Before the peer's challenge stand identifier and flags, behind it eight octets of nothing (RFC 2548 2.3.2).
ms_chap_v2=('User-Name = "User"' 'MS-CHAP-Challenge = 0x5b5d7c7d7b3f2f3e3c2c602132262628'
  "MS-CHAP2-Response = 0x0000$(
    )21402324255e262a28295f2b3a337c7e0000000000000000$(
    )82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df")

accepts() { [[ $(asks "$@") == *'Received Access-Accept'* ]] || fail "not accepted: $*"; }
rejects() { [[ $(asks "$@") == *'Received Access-Reject'* ]] || fail "not rejected: $*"; }

# eap_login METHOD USER PASSWORD [OPTION...]: eapol_test logs in, or returns false; what it says is in $work/eap.
eap_login() {
  cat >"$work/eap.conf" <<CONF
network={
  key_mgmt=IEEE8021X
  eapol_flags=0
  eap=$1
  identity="$2"
  password="$3"
  phase2="auth=MSCHAPV2"
  ca_cert="$HOME_CERTIFICATE"
}
CONF
  eapol_test -c "$work/eap.conf" -a "$host" -p "$port" -s "$secret" -t 10 "${@:4}" >"$work/eap" 2>&1
}

eap_end() { tail -n 25 "$work/eap"; }
has_keys() { grep -q 'MPPE keys OK: 1  mismatch: 0' "$work/eap"; }
# Whether it ended with an Access-Reject that has EAP-Failure (RFC 3579 2.6.3).
has_eap_failure() {
  grep -q 'code=3 (Access-Reject)' "$work/eap" && grep -q 'from RADIUS server: EAP Failure' "$work/eap"
}
