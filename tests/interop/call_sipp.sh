#!/usr/bin/env bash
# The same by other people's SIP: sipp answers and presses "#" by UDP and TCP, asks for a password, is busy, and rings until the call
# is taken back. The standard prompts are said to the first one.
. "$(dirname "$0")/phone.bash"
as_root "$@"
peers sipp
client_more=', timeout: 8s' # an absence is told just before it is over

# sipp_case USER EXPECTATION N SCENARIO TRANSPORT
sipp_case() {
  : >"$log"
  : >"$work/users.yaml"
  user "$1"
  echo "$1 $number $2" >"$work/cases"
  sipp_phone "$3" "$4" "$5"
  calls "$(trunk "$3" "$5" ', user: mfa, password: known-to-trunks')" ', ring_timeout: 5s'
  start
  run_cases
  sipp_is_content "$3"
  finish
}
keys '#'
sipp_case by_udp 'accept approved approved 200' 1 answers udp
sound=short
sipp_case by_tcp 'accept approved approved 200' 2 answers tcp
sipp_case asked 'accept approved approved 200' 3 asks_who udp
sipp_case busy 'reject busy busy 486' 4 is_busy udp
sipp_case absent 'reject no_answer no_answer' 5 rings tcp
keys '0#'
sipp_case robbed 'reject fraud fraud 200' 6 answers udp
