#!/usr/bin/env bash
# Runs a command under a virtual display: display.sh COMMAND [ARG ...]
set -euo pipefail
if ! command -v xvfb-run >/dev/null; then
  echo "A virtual display is needed and xvfb-run is missing. On Debian: sudo apt-get install xvfb xauth" >&2
  exit 1
fi
exec xvfb-run -a -s "-screen 0 3840x2160x24 -nolisten tcp" "$@"
