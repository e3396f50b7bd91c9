#!/usr/bin/env bash
# The same by yet other people's SIP and RTP: a baresip where somebody presses "#", and one that takes nothing but SRTP, over TLS.
. "$(dirname "$0")/phone.bash"
peers baresip

authority ca
certificate phone ca "IP:$host"
cat "$work/phone.pem" "$work/phone.key" >"$work/baresip.pem"
policy_more=', on_unavailable: reject'
user alice
echo "alice $number accept approved approved 200" >"$work/cases"
baresip_phone 1 "$number"
baresip_phone 2 "$number" ';mediaenc=srtp-mand'

# was_pressed N LOGIN: presses, and again after a while, as somebody does who hears no answer: in the first moments no key counts.
was_pressed() {
  baresip_does "$1" '/sndcode #'
  sleep 0.3
  is_gone_or_zombie "$2"
}

# presses N TRUNK: once the call is there.
presses() {
  : >"$log"
  calls "$2" ', ca_file: ca.pem'
  start
  run_cases &
  login=$!
  pids+=("$login")
  baresip_hears "$1" 'Call established'
  until_true 15 was_pressed "$1" "$login"
  wait "$login" || fail "nobody was let in: $(tail -n 20 "$work/baresip$1")"
  baresip_hears "$1" 'session closed'
  finish
}
presses 1 "$(trunk 1)"
presses 2 "{uri: 'sip:$host:$(($(phone_port 2) + 1));transport=tls', srtp: required}"
baresip_hears 2 'SRTP is Enabled'

# A phone without SRTP is not spoken to where it must be.
: >"$log"
echo "alice $number reject denied no_media" >"$work/cases"
calls "{uri: 'sip:$host:$(($(phone_port 1) + 1));transport=tls', srtp: required}" ', ca_file: ca.pem'
start
run_cases
finish
