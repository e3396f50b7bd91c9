# phone.bash: what the scripts share in which radmfad calls somebody. Telephone N is at the address of lib.bash, port + 10 + 2N: one of
# phones/phone.py, whose scenes tell what becomes of a call to which number; a sipp; or a baresip.
#
#   . "$(dirname "$0")/phone.bash"
#   cases <<'CASES'                        # user; what his phone does; how his login ends, and the call
#   pound  180 200 heard:20 press:#        -> accept approved approved 200
#   CASES
#   phone 1                                # with those scenes
#   calls "$(trunk 1)"                     # radmfad's factor
#   start
#   story <<<'from calls import *; run_cases()'
. "$(dirname "${BASH_SOURCE[0]}")/directory.bash"
packages+=([sipp]=sip-tester [baresip]=baresip-core)
PYTHONPATH+=:$here/phones
password='right for the phone' # of every user

# ---- people ----

people_count=0
user_more='' # of those that come: ", pin: '1234'"
: >"$work/users.yaml"
: >"$work/scenes"
: >"$work/cases"

# user NAME: sets `number`.
user() {
  printf -v number '+1555123%04d' $((++people_count))
  echo "- {name: $1, password: '$password', phone: '$number'$user_more}" >>"$work/users.yaml"
}

# cases: of calls.py; a line is USER SCENE -> VERDICT REASON OUTCOME [STATUS]. Empty lines and remarks do not count.
cases() {
  local name rest
  while read -r name rest; do
    [[ -n $name && $name != '#' ]] || continue
    [[ $rest == *' -> '* ]] || fail "no case: $name $rest"
    user "$name"
    printf '%s %s\n' "$number" "${rest%% -> *}" >>"$work/scenes"
    printf '%s %s %s\n' "$name" "$number" "${rest##* -> }" >>"$work/cases"
  done
}
run_cases() { story <<<"from calls import *; run_cases($*)"; }

# ---- telephones ----

phone_port() { echo $((port + 10 + 2 * $1)); }

# listens_on NET PORT: whether somebody does at our address; NET is udp or tcp.
listens_on() {
  local a b c d
  IFS=. read -r a b c d <<<"$host"
  grep -q "$(printf ': %02X%02X%02X%02X:%04X 00000000:0000 0[7A]' "$d" "$c" "$b" "$a" "$2")" "/proc/net/$1"
}
is_gone_or_listens() { is_gone "$1" || listens_on "${@:2}"; }

# phone N [TRANSPORT [CERTIFICATE]]: of the scenes that are there; its output is $work/phoneN, calls.py's `seen`, and phone_pids[N] is
# its process.
declare -A phone_pids=()
phone() {
  local identity=()
  (($# < 3)) || identity=("$work/$3.pem" "$work/$3.key")
  mkdir -p "$work/records$1"
  launch "phone$1" '"listening"' env -C "$work/records$1" python3 "$here/phones/phone.py" "$work/scenes" "${2:-udp}" "$host" \
    "$(phone_port "$1")" "${identity[@]}"
  phone_pids[$1]=$launched
}

end_phone() {
  kill -KILL "${phone_pids[$1]}"
  wait "${phone_pids[$1]}" 2>/dev/null || true
}

# as_root [ARGUMENT...]: the rest of the script, which had these arguments: sipp presses keys through raw sockets. Who is not root is
# root of a network of his own.
as_root() { ((EUID == 0)) && [[ -z ${OWN_NETWORK:-} ]] || in_own_network "$@"; }

# keys KEYS: what sipps press that are started next.
keys() { python3 "$here/phones/keys.py" "$1" "$work/keys.pcap"; }

# sipp_phone N SCENARIO [TRANSPORT]: for one call; sipp_pids[N] is its process.
declare -A sipp_pids=()
sipp_phone() {
  need sipp
  local net=${3:-udp} at
  at=$(phone_port "$1")
  cp "$here/phones/$2.xml" "$work" # where the keys are
  (cd "$work" && exec sipp -sf "$2.xml" -i "$host" -p "$at" -mi "$host" -mp $((15000 + 20 * $1)) -t "${net:0:1}1" -m 1 \
    -nostdin -timeout 110 -timeout_error -trace_err -error_file "sipp$1.errors") >"$work/sipp$1" 2>&1 </dev/null &
  sipp_pids[$1]=$!
  pids+=("$!")
  until_true 10 is_gone_or_listens "$!" "$net" "$at"
  is_alive "$!" || fail "sipp does not start: $(<"$work/sipp$1")"
}

# sipp_is_content N: its call went as its scenario says, to the end.
sipp_is_content() {
  until_true 20 is_gone_or_zombie "${sipp_pids[$1]}"
  wait "${sipp_pids[$1]}" || fail "sipp $1 ended with $?: $(cat "$work/sipp$1.errors" 2>/dev/null)"
}

# baresip_phone N NUMBER [KEYS]: answers every call at once; KEYS of its account: ";mediaenc=srtp-mand". TLS is at the port behind
# its own, where $work/baresip.pem has a certificate and its key. Its output is $work/baresipN.
baresip_phone() {
  need baresip
  local dir=$work/baresip$1.d at
  at=$(phone_port "$1")
  mkdir "$dir"
  write_baresip_conf "$at" >"$dir/config"
  [[ ! -s $work/baresip.pem ]] || echo "sip_certificate $work/baresip.pem" >>"$dir/config"
  echo "<sip:$2@$host:$at>;regint=0;answermode=auto${3:-}" >"$dir/accounts"
  : >"$dir/contacts"
  launch "baresip$1" 'baresip is ready' baresip -f "$dir"
}

write_baresip_conf() {
  python3 -c 'import sys, wave
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(bytes(16000 * 90))' "$work/silence.wav" # when it ends, baresip hangs up
  cat <<CONF
net_interface $host
sip_listen $host:$1
rtp_ports 16000-16998
cons_listen $host:$(($1 + 400))
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module srtp.so
module cons.so
module_app account.so
module_app menu.so
audio_source aufile,$work/silence.wav
ausrc_srate 8000
CONF
}

# baresip_hears N WORDS: what it says must have them, soon.
baresip_hears() { until_true 30 grep -qaF -- "$2" "$work/baresip$1"; }

# baresip_does N COMMAND: as typed at it, such as "/sndcode #".
baresip_does() {
  python3 -c 'import socket, sys
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sys.argv[3].encode() + b"\n", (sys.argv[1], int(sys.argv[2])))' \
    "$host" $(($(phone_port "$1") + 400)) "$2"
}

# ---- radmfad ----

top_more='limits: {calls_per_second: 100}'
sound=standard # or short: prompts of 200 ms, for what need not be understood

# trunk N [TRANSPORT [KEYS]]: KEYS begin with a comma.
trunk() {
  local at
  at=$(phone_port "$1")
  echo "{uri: 'sip:$host:$at;transport=${2:-udp}'${3:-}}"
}

# calls TRUNKS [KEYS]
calls() {
  local folder=''
  if [[ $sound == short ]]; then
    write_short_prompts
    folder=", prompts: prompts"
  fi
  factors='[phone]'
  factor_more="phone: {type: call, trunks: [$1], from: '+15551230000', local: $host, rtp_ports: '10000..11998'$folder${2:-}}"
}

# A digit N is sound of 0x10 + N alone (ITU-T G.711), which phone.py understands.
write_short_prompts() {
  mkdir -p "$work/prompts/en"
  python3 - "$work/prompts/en" <<'PYTHON'
import sys, wave


def write(name, samples):
    with wave.open(f"{sys.argv[1]}/{name}.wav", "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))


for number, name in enumerate("greeting greeting_pin greeting_challenge then_pound retry thanks denied fraud verify verified".split()):
    write(name, [at * (number + 3) * 97 % 12000 - 6000 for at in range(1600)])
for digit in range(10):
    write(digit, [132 - ((15 - digit) * 8 + 132 << 6)] * 1600)
PYTHON
}
