#!/usr/bin/env bash
# Refuses what must not stand in the sources: ways to end the process from a library, printing
# from a library, force unwraps of errors, unfinished work, and paths of somebody's machine.
#
# Usage: Scripts/check.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
libraries=$(find Sources -mindepth 1 -maxdepth 1 -type d ! -name promptscaler)
failed=0

# refuse WHY PATTERN PATH...: prints every match outside line comments.
refuse() {
    local why=$1 pattern=$2
    shift 2
    local found
    found=$(grep -rnE --include='*.swift' --include='*.c' --include='*.h' --include='*.cpp' \
        -- "$pattern" "$@" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(//|\*|/\*)' || true)
    if [ -n "$found" ]; then
        printf '%s:\n%s\n' "$why" "$found" >&2
        failed=1
    fi
}

# shellcheck disable=SC2086  # a list of folders, split on purpose
{
    refuse "An error must be thrown or handled, not forced" '\btry!' Sources Tests
    refuse "A library must not end the process" '\bfatalError\(|\babort\(\)|\bexit\(' $libraries
    refuse "A library must not print" '(^|[^.[:alnum:]_])(print|debugPrint|dump|printf|puts|NSLog)\(' $libraries
    refuse "A library must not read the environment" 'ProcessInfo\.processInfo\.environment|\bgetenv\(' $libraries
    refuse "A resource bundle does not survive moving the program" 'Bundle\.module' Sources
}

# Markers of unfinished work and absolute paths count in comments too.
unfinished=$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' Sources Tests Scripts --include='*.swift' \
    --include='*.c' --include='*.h' --include='*.py' || true)
if [ -n "$unfinished" ]; then
    printf 'Unfinished work:\n%s\n' "$unfinished" >&2
    failed=1
fi
paths=$(grep -rnE '(^|[^[:alnum:]_.])/(home|Users|root|work|opt|mnt)/[[:alnum:]_]' \
    Sources Tests Scripts Documentation README.md CONTRIBUTING.md CHANGELOG.md Package.swift \
    --include='*.swift' --include='*.c' --include='*.h' --include='*.py' --include='*.md' \
    2>/dev/null || true)
if [ -n "$paths" ]; then
    printf 'Paths of one machine:\n%s\n' "$paths" >&2
    failed=1
fi

exit "$failed"
