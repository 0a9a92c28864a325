#!/usr/bin/env bash
# Runs programs as a user would: in a folder of their own, against the packed package.
# Usage: scripts/contract.sh FOLDER PROGRAM...
set -euo pipefail
programs=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" >/dev/null
version() { node -p "require('./node_modules/$1/package.json').version"; }
dependencies=("aws-cdk-lib@$(version aws-cdk-lib)" "constructs@$(version constructs)" "tsx@$(version tsx)")
cd "$work"
echo '{ "private": true }' >package.json
npm install --silent --no-audit --no-fund ./*.tgz "${dependencies[@]}"
for program in "$@"; do
  cp "$programs/$program" .
  npx tsx "$program"
done
