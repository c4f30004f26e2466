#!/bin/sh
# run_test.sh core|page - runs tests/browser/<which>.test.mjs, or says why it cannot and gives 77.
# OXPECKER_PAGE: the built report.html. OXPECKER_PROGRAM: the command line, for bundles of its own (page).
# OXPECKER_VERIFIER: oxpecker-verify, which must say the same of the bundles made here (core).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skip() { echo "viewer_$1: skipped: $2 (scripts/install-dependencies --browser)"; exit 77; }

command -v node >/dev/null || skip "$1" "there is no node"
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18')" = true ] || skip "$1" "node is older than 18"
if [ "$1" = page ]; then
  CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
  [ -n "$CHROMIUM" ] || skip "$1" "there is no chromium"
  [ -d "$here/node_modules/playwright-core" ] || skip "$1" "there is no tests/browser/node_modules/playwright-core"
  export CHROMIUM
fi
exec node --test "$here/$1.test.mjs"
