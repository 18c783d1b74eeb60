#!/usr/bin/env bash
# Install Chromium and fonts with apt, unless there is a Chromium.
set -eu -o pipefail

for name in ${CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable}; do
  if command -v "$name"; then
    exit
  fi
done

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
  echo "Install Chromium as your system does it; this installs it with apt-get, which is not here." >&2
  exit 1
fi
echo "Installing Chromium"
# These are the fonts that the reference pictures of the browser tests were taken with.
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
  chromium fonts-dejavu-core fonts-dejavu-extra fonts-liberation >/dev/null
command -v chromium
