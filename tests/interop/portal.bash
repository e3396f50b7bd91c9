# portal.bash: what the scripts share in which somebody uses the portal. It listens at the address of lib.bash, port + 1.
#
#   . "$(dirname "$0")/portal.bash"
#   fake_radmfad                  # or `start`, with $portal_socket in the configuration
#   portal                        # $portal_url
#   browse <<'PYTHON'             # Python with portal/*.py at hand
#   finish_portal
. "$(dirname "${BASH_SOURCE[0]}")/phone.bash"
: "${RADMFA_PORTAL:?set it to the program to be tested}"
packages+=([chromium]=chromium [chromedriver]=chromium-driver)
PYTHONPATH+=:$here/portal
portal_url=https://$host:$((port + 1))
portal_socket=$work/portal.sock
portal_log=$work/portal.log
portal_more='' # lines of portal.yaml
export PORTAL_URL=$portal_url PORTAL_CA=$work/ca.pem PORTAL_SOCKET=$portal_socket

is_listening() {
  is_alive "$portal_pid" || fail "radmfa-portal ended at its start: $(<"$portal_log")"
  grep -q listening "$portal_log"
}

portal() {
  authority ca
  certificate portal ca "IP:$host"
  cat >"$work/portal.yaml" <<YAML
listen: $host:$((port + 1))
certificate_file: portal.pem
key_file: portal.key
radmfad: $portal_socket
title: Example Corp
$portal_more
YAML
  "$RADMFA_PORTAL" --config "$work/portal.yaml" 2>>"$portal_log" &
  portal_pid=$!
  pids+=("$portal_pid")
  export PORTAL_PID=$portal_pid
  until_true 10 is_listening
}

has_socket() { [[ -S $portal_socket ]]; }

fake_radmfad() {
  FAKE_STEP=${1:-0.3} python3 "$here/portal/fake_radmfad.py" "$portal_socket" &
  fake_pid=$!
  pids+=("$fake_pid")
  until_true 10 has_socket
}

# with_portal [KEYS]: what radmfad needs for the portal, its policy being lab; KEYS begin with a comma.
control_socket=$work/control.sock
export CONTROL_SOCKET=$control_socket
with_portal() {
  top_more+="
store: {type: sqlite, path: $work/users.db}
control: {path: $control_socket}
portal: {path: $portal_socket, policy: lab, issuer: Example Corp${1:-}}"
}

# ctl COMMAND...: an administrator on the machine.
ctl() { "$RADMFACTL" --socket "$control_socket" "$@"; }

browse() { python3 - "$@" || fail "the story ended badly: $(tail -n 5 "$portal_log")"; }

finish_portal() {
  local status=0
  kill -TERM "$portal_pid"
  until_true 20 is_gone_or_zombie "$portal_pid"
  wait "$portal_pid" || status=$?
  ((status == 0)) || fail "radmfa-portal ended with $status: $(<"$portal_log")"
  ! grep -E 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|cannot be made' "$portal_log" ||
    fail "radmfa-portal complains"
}
