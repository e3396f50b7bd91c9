#!/usr/bin/env bash
# A writer is killed 100 times during its changes: the store opens each time, and every acknowledged change is there.
. "$(dirname "$0")/lib.bash"

rounds=100
! is_sanitized || rounds=20 # they are about memory
"${STORE_CRASH:?}" "$work/users.db" "$rounds" || fail 'see above'
[[ $(stat -c %a "$work/users.db") == 600 ]] || fail 'others may read the file'
