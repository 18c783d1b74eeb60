#!/usr/bin/env bash
# Make the virtual environment $1, or bring it up to date, with all that demo, checks and tests need.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if is_new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python3." >&2
  exit 1
}

if ! is_new_enough "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  echo "Making $venv with $("$python" --version)"
  rm -rf "$venv"
  "$python" -m venv "$venv" || {
    echo "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv." >&2
    exit 1
  }
fi

echo "Installing into $venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }
# Dependency groups came with pip 25.1.
pip install --quiet --upgrade "pip>=25.1"
pip install --quiet --editable ".[lab,demo]" --group dev

node_package=$("$venv/bin/python" tools/labextension.py node-package)
if [ -n "$node_package" ]; then
  pip install --quiet "$node_package"
fi

# Everything imports several times faster with compiled bytecode, and PYTHONDONTWRITEBYTECODE keeps Python from
# compiling it when it is first needed. A few packages carry files for other Python versions, which do not compile.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$venv/bin/python" -m compileall -qq -j 0 "$site" || true
