#!/usr/bin/env bash
# Fails where daemon/fold_table.h is not what scripts/fold-table makes.
set -euo pipefail
cd "$(dirname "$0")/../.."
made=$(/usr/bin/python3 scripts/fold-table)
[[ $made == /*'Unicode 14.0.0;'* ]] || { echo "needs the unicodedata of Debian 12's python3, Unicode 14" >&2; exit 1; }
diff daemon/fold_table.h <(printf '%s\n' "$made") >&2
