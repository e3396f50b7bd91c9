#!/usr/bin/env bash
# Of two domain controllers under load, 50 logins a second, the first one stands still (SIGSTOP) and goes on later, then it is
# killed: the other one is asked meanwhile. No login gets a wrong verdict; only those about whom the first one was being asked get
# no answer, and no user's badPwdCount rises twice, at both controllers together.
. "$(dirname "$0")/directory.bash"
in_own_network
peers samba

connections=4 in_flight=$((2 * (4 + 2))) # binds and searches, twice
rate=50 seconds=14
if is_sanitized; then rate=20; fi
wrong=$((rate / 10)) right=$((rate - rate / 10)) n_right=40

samba_domain
enabled='userAccountControl: 512'
samba_user reader 'Reads.Passw0rd' "$enabled"
for ((i = 0; i < n_right; i++)); do
  number=$(printf %06d "$i")
  samba_user "user$number" "Pass.$number" "$enabled"
done
for ((i = 0; i < wrong * seconds; i++)); do samba_user "user8$(printf %05d "$i")" 'Right.Passw0rd' "$enabled"; done
# Samba counts where an account can be locked only.
printf '%s\n' "dn: $samba_base" 'changetype: modify' 'replace: lockoutThreshold' 'lockoutThreshold: 500' >>"$work/samba.ldif"
start_samba
controllers 1 2

dc() { printf '{url: "ldaps://10.99.%d.2", server_name: dc1.corp.example.test, name: dc%d}' "$1" "$1"; }
ca=samba/private/tls/ca bind='{user}@corp.example.test' domains='[CORP, corp.example.test]'
directory "$(dc 1), $(dc 2)" \
  ", search: {base: '$samba_base', user: 'CORP\\reader', password: 'Reads.Passw0rd'}, connections: $connections, timeout: 2s"
policy_more=', reject_delay: 0, join: false' # a few users stand for many
start
until_true 20 has_lines ldap_up 4

# begin_logins NAME RATE OPTION...: some may get no answer, and radmfa-bench calls that a failure.
begin_logins() {
  "$RADMFA_BENCH" load --server "$host:$port" --secret "$secret" --json "$work/$1.json" --rate "$2" --duration "${seconds}s" \
    --timeout 6s "${@:3}" >"$work/$1.out" 2>>"$log" &
  logins+=($!)
  pids+=($!)
}

has_ended() { counted "$1" 'wrong_verdict == doubled == forged == 0' 'ok + lost == planned > 0' 'lost * 3 <= planned'; }
ended() { grep '"event":"login"' "$log" | grep -c '"verdict":"\(accept\|reject\)"' || true; }
have_ended() { (($(ended) >= $1)); }
go_on() { until_true 20 have_ended $(($(ended) + rate)); }
asked_in_vain() { grep '"event":"ldap_unanswered"' "$log" | grep -vc '"server":null' || true; }

logins=()
begin_logins right "$right" --password 'Pass.%06d' --user-count "$n_right"
begin_logins wrong "$wrong" --users 'user8%05d' --password nonsense --expect reject
go_on
kill -STOP "${controller_pids[1]}"
until_true 20 has_lines ldap_down 1
go_on # by the second one
n_up=$(lines ldap_up)
kill -CONT "${controller_pids[1]}"
until_true 20 has_lines ldap_up $((n_up + 1))
go_on
n_down=$(lines ldap_down)
kill_controller 1
until_true 20 has_lines ldap_down $((n_down + 1))
go_on
for login in "${logins[@]}"; do wait "$login" || true; done
has_ended right
has_ended wrong
(($(asked_in_vain) <= in_flight)) || fail "$(asked_in_vain) logins were asked about in vain"
finish

# The first one is started again, to be asked what it has counted.
start_controller 1
for n in 1 2; do
  samba_at=10.99.$n.2
  samba_ldap ldapsearch -LLL -b "$samba_base" '(badPwdCount>=1)' sAMAccountName badPwdCount >"$work/counted$n" || fail "ldapsearch $n"
  grep -q '^badPwdCount: 1$' "$work/counted$n" || fail "controller $n was told no wrong password: $(<"$work/counted$n")"
  ! grep '^badPwdCount: ' "$work/counted$n" | grep -v ': 1$' || fail "controller $n has counted twice"
  sed -n 's/^sAMAccountName: //p' "$work/counted$n"
done | sort >"$work/guesses"
[[ -s $work/guesses && -z $(uniq -d "$work/guesses") ]] || fail "counted twice: $(uniq -d "$work/guesses")"
echo "$(wc -l <"$work/guesses") wrong passwords counted, $(asked_in_vain) logins asked about in vain"
