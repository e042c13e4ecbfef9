#!/usr/bin/env bash
# Under which key the built program is cached: the system, and all that it is built from.
set -euo pipefail

cd "$GITHUB_ACTION_PATH"
sources=$(find Cargo.lock Cargo.toml src -type f | LC_ALL=C sort | git hash-object --no-filters --stdin-paths |
    git hash-object --stdin)
echo "key=ssot-$RUNNER_OS-$RUNNER_ARCH-$sources" >>"$GITHUB_OUTPUT"
