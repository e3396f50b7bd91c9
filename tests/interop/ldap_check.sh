#!/usr/bin/env bash
# What --check says of the servers of a directory: address, TLS, the certificate and its end, the user who searches, the time;
# and what is wrong with one, and then it fails.
. "$(dirname "$0")/directory.bash"
need ldapadd
peers slapd

authority ca
certificate good ca "IP:$host" 365
certificate soon ca "IP:$host" 5
certificate expired ca "IP:$host" -1
certificate named ca DNS:dc.corp.example
person alice right
slapd_with 1 good
slapd_with 2 soon
slapd_with 3 expired
slapd_with 4 named
search=", search: {user: '$service', password: '$service_password', identity: entryUUID}, connect_timeout: 2s, timeout: 2s"

# says STATUS WORDS...
says() {
  local status=0
  write_config
  timeout 20 "$RADMFAD" --check --config "$work/radmfad.yaml" >"$work/out" 2>"$work/err" || status=$?
  ((status == $1)) || fail "--check ended with $status: $(<"$work/out") $(<"$work/err")"
  for words in "${@:2}"; do grep -qE -- "$words" "$work/out" || fail "no \`$words\` in $(<"$work/out")"; done
  ! grep -E 'Sanitizer|runtime error' "$work/err" || fail "a sanitizer complains"
}

until=$(date -u -d '+365 days' +%Y-%m)
directory "$(ldaps 1), $(start_tls 2)" "$search"
says 0 "^primary +corp +ldap, 2 servers, bind uid=\{user\},$people, identity entryUUID$" \
  "^server +dc1 +$host:$((port + 3)), TLSv1\.[23], certificate CN=good until $until-[0-9][0-9], search user logs in, [0-9]+ ms, ok$" \
  "^server +dc2 +$host:$((port + 4)), TLSv1\.[23], certificate CN=soon until [-0-9]+ \(soon\), search user logs in, [0-9]+ ms, ok$"

directory "$(ldaps 1)"
says 0 "^server +dc1 .*, [0-9]+ ms, ok$" 'identity as typed'

directory "$(ldaps 1), $(ldaps 3), $(ldaps 4), {url: 'ldaps://$host:1', name: none}, {url: 'ldaps://no.example.invalid', name: nobody}" "$search"
says 1 '^server +dc1 .* ok$' '^server +dc3 .*certificate is not to be trusted.*expired' \
  '^server +dc4 .*certificate is for another name' '^server +none .*connection refused' '^server +nobody .*(unknown node|name|temporary)'

directory "$(ldaps 1)" "${search/$service_password/wrong}"
says 1 '^server +dc1 .*search user: wrong_password'

group 1 staff "uid=alice,$people"
# refuses NAME: the members of a group.
refuses() { directory "$(ldaps 1)" ", search: {groups: {refuse: ['cn=$1,$base'], nested: off}, ${search#*\{}"; }
refuses staff
says 0 '^server +dc1 .* ok$'
refuses stuff
says 1 "^server +dc1 .*search user does not see the group: cn=stuff,$base$"

kill -STOP "${slapd_pids[1]}"
directory "$(ldaps 1), $(ldaps 2)" "$search"
says 1 '^server +dc1 .*no answer in time' '^server +dc2 .* ok$'
