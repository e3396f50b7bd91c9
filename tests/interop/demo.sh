#!/usr/bin/env bash
# scripts/demo ends as it tells, with the simulated telephone.
set -euo pipefail
out=$(NO_COLOR=1 bash "${SOURCE_DIR:?}/scripts/demo" --once </dev/null 2>&1) || {
  echo "$out" >&2
  exit 1
}
grep -q 'Every login ended as told: accept, reject, accept.' <<<"$out"
