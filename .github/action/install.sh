#!/usr/bin/env bash
# Builds ssot from the action's own checkout, unless the cache had it, and puts it on PATH.
set -euo pipefail

root=$RUNNER_TEMP/ssot
if ! "$root/bin/ssot" --version 2>/dev/null; then
    if ! command -v cargo >/dev/null; then
        echo "::error title=ssot::cargo is missing: install Rust 1.95 or newer in a step before this one"
        exit 2
    fi
    # From its own folder: a toolchain that the judged repository asks for is not the one that builds ssot.
    cd "$GITHUB_ACTION_PATH"
    cargo install --locked --root "$root" --path . --bin ssot
fi
echo "$root/bin" >>"$GITHUB_PATH"
