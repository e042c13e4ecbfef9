#!/usr/bin/env bash
# Judges once: annotations into the log, a table into the summary of the step, SARIF into a file.
set -euo pipefail

cd -- "$INPUT_WORKING_DIRECTORY"
sarif=${INPUT_SARIF:-$RUNNER_TEMP/ssot.sarif}
case $sarif in
*$'\n'*)
    echo "::error title=ssot::the path of the SARIF file has a line end in it"
    exit 2
    ;;
/* | [A-Za-z]:*) ;;
*) sarif=$PWD/$sarif ;;
esac
# One of an earlier run would be uploaded where this run writes none.
rm -f -- "$sarif"

args=()
read -r -d '' -a args <<<"$INPUT_ARGS" || true
status=0
ssot check --format github --report "sarif=$sarif" --report "markdown=${GITHUB_STEP_SUMMARY:-/dev/null}" \
    ${args[@]+"${args[@]}"} || status=$?

if [ -f "$sarif" ]; then
    echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
fi
echo "status=$status" >>"$GITHUB_OUTPUT"
exit "$status"
