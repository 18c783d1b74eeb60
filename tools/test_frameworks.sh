#!/usr/bin/env bash
# Make an environment for each framework, and train in it, with the Python of $1 (.venv); `ONLY="mpi jax"` takes those.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1
shift
export ONLY="${ONLY:-pytorch mpi paddle tensorflow jax xgboost mxnet}"

bash tools/frameworks.sh "$venv"
# As for users: the bytecode of what is installed is used, and what ranks print is buffered as they are used to.
unset PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE
JUPYTER_MLOPS_FRAMEWORKS="$ONLY" exec "$venv/bin/python" -m pytest tests/frameworks "$@"
