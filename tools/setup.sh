# Sourced by tools/run and tools/test: makes the machine and the build folder ready. Quick when they are.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release

# The pthread build of OpenBLAS would fight the program's own worker pool: one thread a call.
export OPENBLAS_NUM_THREADS=1

# Data sets may lie beside the repository.
if [[ -z ${POLYCLINIC_DATA:-} && -d $root/../shared/datasets ]]; then
  POLYCLINIC_DATA=$(cd "$root/../shared/datasets" && pwd)
  export POLYCLINIC_DATA
fi

# missing_packages LIST: those of the file that are not installed.
missing_packages() {
  local wanted installed
  wanted=$(grep -v '^ *#' "$1" | sort)
  # shellcheck disable=SC2086  # one word a package; dpkg-query fails when it knows one of them not at all
  installed=$({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true; } |
    sed -n 's/^installed //p' | sort -u)
  comm -23 <(echo "$wanted") <(echo "$installed")
}

# install_packages LIST
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "no Debian package manager here: taking what $1 lists as installed" >&2
    return
  fi
  local missing as_root=()
  missing=$(missing_packages "$1")
  [[ -n $missing ]] || return 0
  echo "installing:" $missing >&2
  [[ $(id -u) == 0 ]] || as_root=(sudo)
  "${as_root[@]}" apt-get update -q >&2
  # shellcheck disable=SC2086
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
}

# build_target NAME: nothing is printed when there is nothing to do.
build_target() {
  if [[ ! -f $build/build.ninja || $root/CMakePresets.json -nt $build/build.ninja ]]; then
    cmake -S "$root" --preset release >&2
  fi
  if ! ninja -C "$build" -n "$1" | grep -q 'no work to do'; then
    ninja -C "$build" "$1" >&2
  fi
}

install_packages "$root/tools/packages.txt"
