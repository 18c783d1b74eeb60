#!/usr/bin/env bash
# Install Open MPI's mpirun with apt, unless there is one.
set -eu -o pipefail

if command -v mpirun; then
  exit
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
  echo "Install Open MPI as your system does it; this installs it with apt-get, which is not here." >&2
  exit 1
fi
echo "Installing Open MPI"
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openmpi-bin >/dev/null
command -v mpirun
