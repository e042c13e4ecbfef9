#!/bin/sh
# Written by `ssot install`.
# `ssot uninstall` takes it away. What is edited here is lost: `ssot install` writes it anew.

hook='@HOOK@'
ssot='@SSOT@'

case $0 in
/*) folder=${0%/*} ;;
*/*) folder=$PWD/${0%/*} ;;
*) folder=$PWD ;;
esac
chained=$folder/$hook.ssot-chained

# The hook that was here before comes first. It may lead back here, where it keeps hooks of its own.
if [ -x "$chained" ] && [ "${SSOT_CHAINED-}" != "$chained" ]; then
    SSOT_CHAINED=$chained "$chained" "$@" || exit
fi

if [ "${SSOT-}" = 0 ]; then
    echo "ssot: skipped, because SSOT=0" >&2
    exit 0
fi

if [ ! -f "$ssot" ] || [ ! -x "$ssot" ]; then
    recorded=$ssot
    if ! ssot=$(command -v ssot); then
        remove="rm '$folder/$hook'"
        [ -e "$chained" ] && remove="mv -f '$chained' '$folder/$hook'"
        printf '%s\n' \
            "ssot: there is none at $recorded and none on PATH, so nothing was checked and $hook fails." \
            "  to mend it:   install ssot again, then \`ssot install\`" \
            "  only now:     SSOT=0 before the git command skips the check" \
            "  for good:     \`ssot uninstall\`, or without ssot: $remove" >&2
        exit 1
    fi
fi

# Left over from a push around this commit, these would name another tree than the one to be committed.
unset PRE_COMMIT_TO_REF PRE_COMMIT_LOCAL_BRANCH
exec "$ssot" check --staged
