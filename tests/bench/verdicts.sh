#!/usr/bin/env bash
# Every verdict is counted as what it is, and the exit status says whether it was expected.
. "$(dirname "$0")/lib.bash"

# verdict_of OPTIONS STATUS LOAD_OPTIONS CONDITION...
verdict_of() {
  local upstream_options=$1 status=$2 load_options=$3
  shift 3
  read -ra upstream_options <<<"$upstream_options"
  read -ra load_options <<<"$load_options"
  upstream "${upstream_options[@]}"
  load "$status" --rate 2000 --logins 50 "${load_options[@]}"
  finish
  expect "$@"
}

verdict_of '--verdict reject' 1 '' 'load.rejected == upstream.rejects == 50'
verdict_of '--verdict reject' 0 '--expect reject' 'load.ok == 50'
verdict_of '--verdict accept' 1 '--expect reject' 'load.wrong_verdict == 50'
verdict_of '--verdict challenge' 1 '' 'load.challenged == upstream.challenges == 50'
verdict_of '--verdict check --password-pattern other%d' 1 '' 'load.rejected == upstream.bad_passwords == 50'
verdict_of '' 0 '--user-count 10' 'upstream.logins == upstream.logins_repeated == 10' 'upstream.most_requests == 5'
verdict_of '--no-message-authenticator' 1 '' 'load.ok == load.not_signed_first == 50'
verdict_of '--no-message-authenticator' 0 '--message-authenticator off' 'load.ok == 50' \
  'upstream.message_authenticator_missing == 50'
