#!/usr/bin/env bash
# Opens the app on DATA (default: the demo). Without a display it does the main job under a virtual one and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
args=()
[[ -n ${DATA:-} ]] && args=("$DATA")
if [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} || $(uname) == Darwin ]]; then
  exec .venv/bin/python -m interact_app "${args[@]}"
fi
echo "No display found: running the same job under a virtual one. Pictures and a video go to out/."
exec scripts/display.sh .venv/bin/python -m interact_app.tour --out out "${args[@]}"
