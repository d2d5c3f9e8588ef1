#!/usr/bin/env bash
# Brings a Debian machine with Python 3.11 to the point where the app and its tests run. Safe to repeat: when nothing
# changed it only compares one hash. Python packages go to .venv; system libraries only with root or password-free sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VENV=${VENV:-.venv}
STAMP=$VENV/.setup-stamp
# What Qt's xcb plugin, VTK's OpenGL and the virtual display need beyond a bare Debian.
APT_PACKAGES=(
  python3-venv xvfb xauth xdotool libgl1 libegl1 libglx-mesa0 libgl1-mesa-dri libopengl0 libfontconfig1 libdbus-1-3 libxkbcommon0 libxkbcommon-x11-0
  libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
  libxcb-xinerama0 libxrender1 libxext6 libsm6 fonts-dejavu-core
)

say() { printf '%s\n' "setup: $*" >&2; }

wanted() { sha256sum pyproject.toml constraints.txt scripts/setup.sh | sha256sum | cut -d' ' -f1; }

if [[ -f $STAMP && $(cat "$STAMP") == "$(wanted)" ]]; then exit 0; fi

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [[ -n $candidate ]] && command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' && { echo "$candidate"; return; }
  done
  say "Python 3.11 or newer was not found. On Debian 12: apt-get install python3 python3-venv"
  exit 1
}

install_system_libraries() {
  command -v dpkg-query >/dev/null || { say "not a Debian system: the README lists what Qt and VTK need"; return; }
  local missing=() package
  for package in "${APT_PACKAGES[@]}"; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == *"ok installed" ]] || missing+=("$package")
  done
  (( ${#missing[@]} )) || return 0
  local apt=(apt-get install -y --no-install-recommends "${missing[@]}") root=()
  if [[ $(id -u) != 0 ]]; then
    if sudo -n true 2>/dev/null; then root=(sudo); else
      say "these system libraries are missing; please run once:"
      say "  sudo apt-get update && sudo ${apt[*]}"
      return 0
    fi
  fi
  say "installing system libraries: ${missing[*]}"
  # An outdated package index is the usual reason for a failed install, so it is refreshed first.
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${root[@]}" "${apt[@]}" -qq >&2
}

PYTHON_BIN=$(find_python)
install_system_libraries
[[ -x $VENV/bin/python ]] || { say "creating $VENV with $PYTHON_BIN"; "$PYTHON_BIN" -m venv "$VENV"; }
say "installing Python packages into $VENV (a few minutes the first time)"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' 2> >(grep -v 'is ignored: it is neither' >&2)
say "compiling the distance kernels once, so that the first clip need not wait for them"
"$VENV/bin/python" -c 'from interact_core.geometry.warp_runtime import kernels; kernels()' >&2 || say "they will be compiled when first needed"
say "compiling the program, so that its first start is not slower than the second"
"$VENV/bin/python" -m compileall -q interact_core interact_app || say "it will be compiled when first started"
wanted >"$STAMP"
say "done"
