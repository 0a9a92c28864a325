#!/usr/bin/env bash
# Uses the package from Python: what jsii generates, in an environment of its own.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
npx jsii-pacmak --target python --code-only --outdir "$work"
python3 -m venv "$work/environment"
"$work/environment/bin/pip" install --quiet "$work/python"
"$work/environment/bin/python" test/python/app.py
