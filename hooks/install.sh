#!/bin/sh
# Puts ssot before every commit of the repository around the current folder: sh hooks/install.sh [--chain]
set -eu

if ! command -v ssot >/dev/null; then
    checkout=$(cd "$(dirname "$0")/.." && pwd)
    echo "ssot is not on PATH. To build and install it: cargo install --locked --path '$checkout'" >&2
    exit 2
fi
exec ssot install "$@"
