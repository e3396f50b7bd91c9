#!/usr/bin/env bash
# scripts/demo ends as it tells, with a telephone that is real: baresip.
set -euo pipefail
out=$(NO_COLOR=1 bash "${SOURCE_DIR:?}/scripts/demo" --phone --once </dev/null 2>&1) || {
  echo "$out" >&2
  exit 1
}
grep -q 'Every login ended as told: accept, reject, accept.' <<<"$out"
