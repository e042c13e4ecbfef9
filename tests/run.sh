#!/usr/bin/env bash
# Runs all tests: installs what they need into .test-tools (quick where it is there), then `cargo test`.
# Needs a Rust toolchain, git and Python 3. Arguments go to `cargo test`.
set -euo pipefail

fail() {
    echo "tests/run.sh: $1" >&2
    exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v cargo >/dev/null || fail "cargo is missing: install Rust, see https://rustup.rs"
command -v git >/dev/null || fail "git is missing: install it"
command -v python3 >/dev/null || fail "python3 is missing: install Python 3.10 or newer"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "$(python3 --version) is too old: install Python 3.10 or newer"

# The copy of the requirements is written last: where it is right, everything before it was done.
venv=.test-tools/venv
if ! cmp -s tests/requirements.txt "$venv/requirements.txt" || ! "$venv/bin/python" -c '' 2>/dev/null; then
    echo "Installing $(grep -v '^#' tests/requirements.txt | tr '\n' ' ')into $venv" >&2
    rm -rf "$venv"
    python3 -m venv "$venv" || fail "python3 cannot make an environment: install its venv module (Debian: python3-venv)"
    "$venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --requirement tests/requirements.txt || fail "pip could not install tests/requirements.txt"
    cp tests/requirements.txt "$venv/requirements.txt"
fi

exec cargo test --locked "$@"
