#!/usr/bin/env bash
# Do what Binder does with the last commit, and look at what a visitor sees, with the Python of $1 (.venv).
#
# Binder's repo2docker copies a clone into the home of an ordinary user (uid 1000), makes an environment with Python
# 3.12, Node.js 20, JupyterLab, Notebook, ipywidgets and JupyterHub from conda-forge, runs binder/postBuild as that user,
# and starts Jupyter there. Here the environment is made by venv, with the first Python that such a user may run, the
# same packages from PyPI, and the Node.js of this machine. With ARGS=--no-node it has none.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1
shift
uid=1000
base=(ipywidgets==8.* jupyter-resource-usage==1.* jupyter_server==2.* jupyterhub==5.* jupyterlab==4.* notebook==7.*)

if [ "$(id -u)" != 0 ]; then
  echo "Only root can do what Binder does as another user; run this as root." >&2
  exit 1
fi

place=$(mktemp -d /tmp/mlops-binder-XXXXXX)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" && wait "$server" || true
    # A run outlives its kernel, so it is ended by hand.
    as_user python -c 'import jupyter_mlops; [run.stop() for run in jupyter_mlops.connect().runs.list()]' || true
  fi
  rm -rf "$place"
}
trap clean_up EXIT
home=$place/home
path=$place/env/bin:/usr/local/bin:/usr/bin:/bin
if [ "${1:-}" = --no-node ]; then
  # All that is in the usual folders but Node.js.
  mkdir "$place/bin"
  find /usr/local/bin /usr/bin /bin/ -maxdepth 1 ! -name 'node*' ! -name 'npm*' -exec ln -sf -t "$place/bin" {} +
  path=$place/env/bin:$place/bin
fi
git clone --quiet . "$home"
chown -R "$uid:$uid" "$place"

# How to reach the registries stands in this environment.
other=(setpriv --reuid "$uid" --regid "$uid" --clear-groups env -u PYTHONPATH -u VIRTUAL_ENV -u JUPYTER_MLOPS_HOME
  HOME="$home" USER=jovyan PATH="$path")
as_user() { (cd "$home" && exec "${other[@]}" "$@"); }

python=
for candidate in ${PYTHON:-/usr/local/bin/python3 /usr/bin/python3.12 /usr/bin/python3}; do
  if as_user "$candidate" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "No Python 3.11 or newer that another user may run; name one: PYTHON=/path/to/python3 make test-binder." >&2
  exit 1
fi

echo "Making the environment with $(as_user "$python" --version) and $(as_user node --version 2>/dev/null || echo no) Node.js"
as_user "$python" -m venv "$place/env"
as_user pip install --quiet --disable-pip-version-check "${base[@]}"
echo "Running binder/postBuild"
as_user ./binder/postBuild
as_user jupyter labextension list 2>&1 | grep jupyter-mlops

port=$("$venv/bin/python" -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
cd "$home"
"${other[@]}" jupyter lab --no-browser --port "$port" --ServerApp.port_retries=0 --ServerApp.base_url=/user/visitor/ \
  --IdentityProvider.token= 2>"$place/log" &
server=$!
cd "$OLDPWD"
"$venv/bin/python" tools/visit_binder.py ${PICTURE:+--picture "$PICTURE"} "http://127.0.0.1:$port/user/visitor/" || {
  cat "$place/log"
  exit 1
}
