#!/usr/bin/env bash
# Runs programs as a user would: in a folder of their own, against the packed package.
# Usage: [CDK=VERSION] [CONSTRUCTS=VERSION] scripts/contract.sh FOLDER PROGRAM...
# The versions are those that the project is developed with, which are the lowest that it supports, unless others are given.
set -euo pipefail
programs=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" >/dev/null
version() { node -p "require('./node_modules/$1/package.json').version"; }
dependencies=(
  "aws-cdk-lib@${CDK:-$(version aws-cdk-lib)}" "constructs@${CONSTRUCTS:-$(version constructs)}" "tsx@$(version tsx)"
)
cd "$work"
echo '{ "private": true }' >package.json
npm install --silent --no-audit --no-fund ./*.tgz "${dependencies[@]}"
# Every name can be imported from an ES module too, and importing one pattern loads no other.
cat >names.mjs <<'END'
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as imported from 'cdk-workflow-patterns';

const required = createRequire(import.meta.url)('cdk-workflow-patterns');
assert.ok(Object.keys(required).length > 20);
for (const [name, value] of Object.entries(required)) assert.ok(value && imported[name] === value, name);
END
cat >lazy.cjs <<'END'
const assert = require('node:assert/strict');
const { Saga } = require('cdk-workflow-patterns');
const loaded = (file) => Object.keys(require.cache).some((path) => path.endsWith(`/lib/${file}.js`));
assert.ok(Saga && loaded('saga/saga'));
assert.ok(!loaded('contact-form/contact-form') && !loaded('human-approval/human-approval'));
END
node names.mjs
node lazy.cjs
for program in "$@"; do
  cp "$programs/$program" .
  npx tsx "$program"
done
