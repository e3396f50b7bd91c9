#!/usr/bin/env bash
# bench/soak in short: nothing lost, nothing dropped, memory as it was, and no leak at the end.
set -euo pipefail
exec "$SOURCE_DIR/bench/soak" --short
