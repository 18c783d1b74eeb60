#!/usr/bin/env bash
# Take the pictures of docs/images with JupyterLab and Chromium, from the virtual environment $1.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1
shift

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$chromium" ]; then
  echo "Pictures are taken with Chromium, which was not found; on Debian: apt-get install chromium, or set CHROMIUM." >&2
  exit 1
fi
exec "$venv/bin/python" tools/screenshots.py --chromium "$chromium" "$@"
