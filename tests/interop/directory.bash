# directory.bash: what the scripts share in which radmfad asks a directory. A slapd N listens at the address of lib.bash, ldap at
# port + 2N, ldaps at port + 2N + 1; a Samba listens at its fixed ports, so in a network of its own.
#
#   . "$(dirname "$0")/directory.bash"
#   authority ca                         # $work/ca.pem
#   certificate dc ca DNS:dc.corp.example
#   person alice 'the password'          # one of all slapd's users
#   slapd_with 1 dc                      # a slapd with them and that certificate
#   directory "$(ldaps 1)" "$more_keys"  # radmfad's primary
#   start
. "$(dirname "${BASH_SOURCE[0]}")/upstream.bash"
PATH=$PATH:/usr/sbin:/sbin
packages+=([slapd]=slapd [slapadd]=slapd [ldapsearch]=ldap-utils [ldapadd]=ldap-utils [ldapmodify]=ldap-utils [samba]=samba-ad-dc [samba-tool]=samba [unshare]=util-linux [nsenter]=util-linux [iconv]=libc-bin)

# ---- certificates ----

quiet_openssl() { openssl "$@" >"$work/openssl" 2>&1 || fail "openssl $1: $(<"$work/openssl")"; }

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)

# authority NAME
authority() { quiet_openssl req -x509 "${new_key[@]}" -days 2 -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.pem"; }

# certificate NAME AUTHORITY NAMES [DAYS]: for NAMES as in DNS:dc1,IP:127.0.0.1; DAYS may be -1.
certificate() {
  quiet_openssl req "${new_key[@]}" -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr"
  quiet_openssl x509 -req -in "$work/$1.csr" -CA "$work/$2.pem" -CAkey "$work/$2.key" -CAcreateserial -days "${4:-2}" \
    -extfile <(printf 'subjectAltName=%s\n' "$3") -out "$work/$1.pem"
}

# ---- slapd ----

base=dc=corp,dc=example
people=ou=people,$base
service=cn=reader,$base # may read everybody, but no password
service_password='reads the directory'
slapd_access='' # lines of slapd.conf before all others about access
slapd_logs=stats # binds_at reads them
declare -A slapd_pids=()

# person NAME PASSWORD [LINE...]: a user, with more lines of LDIF.
person() {
  printf 'dn: uid=%s,%s\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\nsn: %s\nuserPassword:: %s\n' \
    "$1" "$people" "$1" "$1" "$1" "$(printf %s "$2" | base64 -w 0)"
  (($# < 3)) || printf '%s\n' "${@:3}"
  echo
} >>"$work/people.ldif"

# crowd FIRST COUNT: users of radmfa-bench load.
crowd() {
  local i
  for ((i = $1; i < $1 + $2; i++)); do
    printf 'dn: uid=user%06d,%s\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: user%06d\nuserPassword: pass%06d\n\n' \
      "$i" "$people" "$i" "$i"
  done >>"$work/people.ldif"
}

write_slapd_conf() {
  cat <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload memberof
pidfile $work/slapd$1/pid
argsfile $work/slapd$1/args
TLSCertificateFile $work/$2.pem
TLSCertificateKeyFile $work/$2.key
database mdb
suffix "$base"
directory $work/slapd$1/db
maxsize 268435456
overlay ppolicy
ppolicy_default "cn=policy,$base"
overlay memberof
$slapd_access
access to attrs=userPassword by anonymous auth by * none
access to * by self read by dn.exact="$service" read by users search
rootdn "cn=admin,$base"
rootpw "$service_password"
CONF
}

# Whoever guesses often is not locked out here, but each guess is remembered: pwdFailureTime.
write_tree() {
  cat <<LDIF
dn: $base
objectClass: domain
dc: corp

dn: $people
objectClass: organizationalUnit
ou: people

dn: $service
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: $service_password

dn: cn=policy,$base
objectClass: person
objectClass: pwdPolicy
cn: policy
sn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 30000

LDIF
}

# start_slapd N: once more what slapd_with has made; slapd_pids[N] is its process.
start_slapd() {
  local at=$((port + 2 * $1))
  launch "slapd$1.log" 'slapd starting' slapd -d "$slapd_logs" -f "$work/slapd$1/slapd.conf" \
    -h "ldap://$host:$at ldaps://$host:$((at + 1))"
  slapd_pids[$1]=$launched
}

# slapd_with N CERTIFICATE
slapd_with() {
  need slapd slapadd
  mkdir -p "$work/slapd$1/db"
  write_slapd_conf "$1" "$2" >"$work/slapd$1/slapd.conf"
  { write_tree && cat "$work/people.ldif"; } >"$work/slapd$1/tree.ldif"
  slapadd -q -f "$work/slapd$1/slapd.conf" -l "$work/slapd$1/tree.ldif" 2>"$work/slapadd" || fail "slapadd: $(<"$work/slapadd")"
  start_slapd "$1"
}

kill_slapd() {
  kill -KILL "${slapd_pids[$1]}"
  wait "${slapd_pids[$1]}" 2>/dev/null || true
}

# group N NAME MEMBER...: a groupOfNames at a slapd that has started, with these entries.
group() {
  {
    printf 'dn: cn=%s,%s\nobjectClass: groupOfNames\ncn: %s\n' "$2" "$base" "$2"
    printf 'member: %s\n' "${@:3}"
  } | ldapadd -x -H "ldap://$host:$((port + 2 * $1))" -D "cn=admin,$base" -w "$service_password" >"$work/ldapadd" 2>&1 ||
    fail "ldapadd: $(<"$work/ldapadd")"
}

# slapd_has_unread N: something was said to it by ldaps that it has not read.
slapd_has_unread() {
  local a b c d socket
  IFS=. read -r a b c d <<<"$host"
  socket=$(printf '%02X%02X%02X%02X:%04X' "$d" "$c" "$b" "$a" $((port + 2 * $1 + 1)))
  awk -v socket="$socket" '$2 == socket && $4 == "01" && $5 !~ /:00000000$/ { found = 1 } END { exit !found }' /proc/net/tcp
}

# guessed_at: whom each wrong password was for that the slapds remember.
guessed_at() {
  local n
  for n in "${!slapd_pids[@]}"; do
    ldapsearch -x -LLL -o ldif-wrap=no -H "ldap://$host:$((port + 2 * n))" -D "cn=admin,$base" -w "$service_password" \
      -b "$people" '(pwdFailureTime=*)' pwdFailureTime
  done | awk '/^dn: / { user = $2 } /^pwdFailureTime: / { print user }'
}

# binds_at N [NAME]: how many binds slapd N was asked for, of all or of one.
binds_at() { grep -c "BIND dn=\"uid=${2:-[^\"]*},$people\" method=128" "$work/slapd$1.log" || true; }
has_binds() { (($(binds_at "$1") >= $2)); }

# ---- Samba ----

realm=CORP.EXAMPLE.TEST
samba_base=DC=corp,DC=example,DC=test
samba=$work/samba
samba_ca=$samba/private/tls/ca.pem # of whom there is one server, dc1.corp.example.test
samba_conf=$samba/etc/smb.conf
samba_admin='Passw0rd!Adm'
samba_at=127.0.0.1 # where samba_ldap asks

# in_own_network [ARGUMENT...]: the rest of the script, which had these arguments, runs where every port of 127.0.0.1 is free, and
# where nobody else sees what it mounts.
in_own_network() {
  need unshare ip
  if [[ -z ${OWN_NETWORK:-} ]]; then
    local as=()
    ((EUID == 0)) || as=(--map-root-user)
    rm -rf "$work"
    OWN_NETWORK=1 exec unshare --net --mount "${as[@]}" bash "$0" "$@"
  fi
  ip link set lo up
}

# samba_domain: provisions one, CORP; `domain` begins with a folder that is not there.
samba_domain() {
  need samba samba-tool ldapmodify ldapsearch
  mkdir "$samba"
  samba-tool domain provision --realm="$realm" --domain=CORP --server-role=dc --dns-backend=NONE --adminpass="$samba_admin" \
    --targetdir="$samba" --host-name=dc1 --host-ip=127.0.0.1 --option='interfaces=lo 127.0.0.1/8' \
    --option='bind interfaces only=yes' >"$work/provision" 2>&1 || fail "samba-tool: $(<"$work/provision")"
  # no file service, no winbind, no DNS
  sed -i 's/^\tserver services = .*/\tserver services = ldap, cldap, kdc/' "$samba_conf"
  grep -q '^.server services = ldap, cldap, kdc$' "$samba_conf" || fail "smb.conf has no server services"
  mkdir "$samba/run"
  sed -i '/^\tlog file = /d' "$samba_conf"
  sed -i "s|^\[global\]|&\n\tlog file = $samba/log\n\tpid directory = $samba/run\n\tncalrpc dir = $samba/run|" "$samba_conf"
}

# samba_user NAME PASSWORD [LINE...]: a user, with more lines of LDIF; start_samba adds him. Passwords are quoted UTF-16LE
# (MS-ADTS 3.1.1.3.1.5).
samba_user() {
  printf 'dn: CN=%s,CN=Users,%s\nchangetype: add\nobjectClass: user\nsAMAccountName: %s\nuserPrincipalName: %s@%s\n' \
    "$1" "$samba_base" "$1" "$1" "${realm,,}"
  printf 'unicodePwd:: %s\n' "$(printf '"%s"' "$2" | iconv -f UTF-8 -t UTF-16LE | base64 -w 0)"
  printf '%s\n' "${@:3}" ''
} >>"$work/samba.ldif"

# Its certificate has no address, and the name stands in no list of hosts.
samba_ldap() { LDAPTLS_REQCERT=allow "$1" -x -H "ldaps://$samba_at" -D "Administrator@$realm" -w "$samba_admin" "${@:2}"; }

samba_changes() {
  samba_ldap ldapmodify -f "$1" >"$work/ldapmodify" 2>&1 || fail "ldapmodify: $(<"$work/ldapmodify")"
}

# samba_says NAME ATTRIBUTE: its value.
samba_says() { samba_ldap ldapsearch -LLL -b "$samba_base" "(sAMAccountName=$1)" "$2" | sed -n "s/^$2: //p"; }

samba_listens() {
  is_alive "$samba_pid" || fail "samba ended: $(tail -n 20 "$work/samba.out")"
  grep -q ':027C .* 0A ' "/proc/$samba_pid/net/tcp" # 636
}

# samba_group NAME MEMBER...: a group of users and groups that were told of before.
samba_group() {
  printf 'dn: CN=%s,CN=Users,%s\nchangetype: add\nobjectClass: group\nsAMAccountName: %s\n' "$1" "$samba_base" "$1"
  printf "member: CN=%s,CN=Users,$samba_base\n" "${@:2}"
  echo
} >>"$work/samba.ldif"

# start_samba: with its users.
start_samba() {
  samba -i -M single -s "$samba_conf" --debug-stdout >"$work/samba.out" 2>&1 &
  samba_pid=$!
  pids+=("$samba_pid")
  until_true 60 samba_listens
  samba_changes "$work/samba.ldif"
}

# ---- two domain controllers, each in a network of its own ----

declare -A controller_pids=() network_pids=()

has_own_network() { [[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]; }

# in_network N COMMAND...
in_network() { nsenter --net --target "${network_pids[$1]}" "${@:2}"; }

# network N: is at 10.99.N.2, we are at 10.99.N.1; it goes with the process that keeps it.
network() {
  unshare --net sleep 1000 &
  network_pids[$1]=$!
  pids+=($!)
  until_true 10 has_own_network "$!"
  ip link add "dc$1" type veth peer name eth0 netns "$!"
  ip address add "10.99.$1.1/24" dev "dc$1"
  ip link set "dc$1" up
  in_network "$1" ip address add "10.99.$1.2/24" dev eth0
  in_network "$1" ip link set eth0 up
  in_network "$1" ip link set lo up
}

# start_controller N: once more what `controllers` has made; controller_pids[N] is its process.
start_controller() {
  nsenter --net --target "${network_pids[$1]}" samba -i -M single -s "$work/dc$1/etc/smb.conf" --debug-stdout >"$work/samba.out" 2>&1 &
  samba_pid=$! # not in_network: nsenter becomes samba, a function stays a shell
  controller_pids[$1]=$samba_pid
  pids+=("$samba_pid")
  until_true 60 samba_listens
}

# controllers N...: the Samba that was started ends, and several like it start: same users, same certificate. They do not
# tell each other anything.
controllers() {
  local n
  need nsenter unshare ip
  kill -TERM "$samba_pid"
  wait "$samba_pid" || true
  for n; do
    cp -a "$samba" "$work/dc$n"
    sed -i "s|$samba|$work/dc$n|g; s|interfaces = lo 127.0.0.1/8|interfaces = lo 10.99.$n.2/24|" "$work/dc$n/etc/smb.conf"
    network "$n"
    start_controller "$n"
  done
}

kill_controller() {
  kill -KILL "${controller_pids[$1]}"
  wait "${controller_pids[$1]}" 2>/dev/null || true
}

# ---- radmfad ----

ca=ca                        # $work/$ca.pem
bind="uid={user},$people"
domains='[CORP, corp.example]'

ldaps() { printf '{url: "ldaps://%s:%d", name: dc%d%s}' "$host" $((port + 2 * $1 + 1)) "$1" "${2:-}"; }
start_tls() { printf '{url: "ldap://%s:%d", name: dc%d, starttls: true%s}' "$host" $((port + 2 * $1)) "$1" "${2:-}"; }

# directory SERVERS [KEYS]: KEYS begin with a comma.
directory() {
  primary="corp: {type: ldap, servers: [$1], ca_file: $ca.pem, bind: '$bind', domains: $domains${2:-}}"
}
