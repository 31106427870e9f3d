#!/bin/sh
# Puts on this machine what Tongxin 365 needs, and nothing else.
#
#   tools/setup.sh build    what `make build` and `make demo` need
#   tools/setup.sh test     that, and what `make test`, `make bench`, `make fuzz` and `make lint` need (default)
#
# For Debian 12 and 13, as root or as a user with sudo. It looks first and installs only what is missing, so it is
# silent and needs no network once the machine is set up; the Makefile calls it each time. Everything it writes
# outside Debian's packages is the folder node_modules.
set -eu
cd "$(dirname "$0")/.."

profile=${1:-test}

# One line for each reason. Libraries are the ones meson.build asks for.
build_packages="
  gcc libc6-dev make meson ninja-build pkgconf
  libmicrohttpd-dev zlib1g-dev libcurl4-openssl-dev
  libpq-dev
  libjansson-dev libfyaml-dev
  libsodium-dev nettle-dev libseccomp-dev
  libgeos-dev libqrencode-dev libicu-dev
  libpango1.0-dev fonts-noto-cjk
  libturbojpeg0-dev libpng-dev libwebp-dev libxlsxwriter-dev libminizip-dev zlib1g-dev
"
test_packages="
  libcmocka-dev clang libclang-rt-dev
  postgresql
  chromium poppler-utils
  git
"

case $profile in
  build) packages=$build_packages ;;
  test) packages="$build_packages $test_packages" ;;
  *) echo "tools/setup.sh: unknown profile \"$profile\"; say build or test" >&2; exit 2 ;;
esac

# Node only opens the packages of package-lock.json and runs browser tests; any installation of it will do.
command -v node >/dev/null 2>&1 || packages="$packages nodejs"
command -v npm >/dev/null 2>&1 || packages="$packages npm ca-certificates"

fail() {
  echo "tools/setup.sh: $1" >&2
  shift
  for line in "$@"; do echo "  $line" >&2; done
  exit 1
}

# as_root COMMAND...: directly when we are root, else through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# free_mb PATH: free space there, in MB.
free_mb() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

no_network='temporary failure resolving|could not resolve|unable to connect|failed to fetch'
no_network="$no_network|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT"

# explain LOG: says in plain words why a download or an installation failed, from its output.
explain() {
  if grep -qiE 'no space left|not enough free space|ENOSPC' "$1"; then
    echo "the disk is full: / has $(free_mb /) MB free, this folder $(free_mb .) MB"
  elif grep -qiE "$no_network" "$1"; then
    echo "the network cannot be reached; connect this machine once, afterwards no network is needed"
  elif grep -qiE 'certificate' "$1"; then
    echo "the server's certificate is not trusted here; if your network has a certificate of its own, put it where" \
      "update-ca-certificates finds it, and name it in NODE_EXTRA_CA_CERTS for npm"
  elif grep -qiE 'could not get lock|is another process using it' "$1"; then
    echo "another program is installing packages just now; wait for it to end and try again"
  elif grep -qi 'unable to locate package' "$1"; then
    echo "this system does not have all packages; Debian 12 and 13 do"
  else
    echo "the last lines it printed say why"
  fi
}

# run WHAT COMMAND...: runs quietly; when it fails, explains and shows the end of its output.
run() {
  what=$1
  shift
  log=$(mktemp) || fail "cannot write a temporary file" "free space: $(free_mb "${TMPDIR:-/tmp}") MB"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    why=$(explain "$log")
    tail -n 12 "$log" | sed 's/^/  | /' >&2
    rm -f "$log"
    fail "$what failed: $why"
  fi
  rm -f "$log"
}

missing_packages() {
  for p in $packages; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)
    [ "$state" = installed ] || printf ' %s' "$p"
  done
}

# Debian's postgresql starts a server of its own when it is installed. The tests bring up their own and nobody
# asked for another, so it is told beforehand to make none (where no settings stand already).
forbid_main_cluster() {
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
}

install_packages() {
  command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 ||
    fail "this is not Debian" "Install by other means what CONTRIBUTING.md lists, then call meson yourself."
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
    fail "packages are missing, and only root may install them; there is no sudo here" "As root: apt-get install$missing"
  fi
  if [ "$(free_mb /)" -lt 500 ]; then
    fail "the disk is nearly full: / has $(free_mb /) MB free, up to 2000 are needed" "Missing:$missing"
  fi
  echo "Installing:$missing"
  case " $missing " in *" postgresql "*) forbid_main_cluster ;; esac
  run "apt-get update" as_root apt-get update
  # shellcheck disable=SC2086 # a list of words
  run "apt-get install" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

# True when node_modules holds exactly what package-lock.json names (npm's own list of what it installed).
node_modules_match() {
  [ -f node_modules/.package-lock.json ] || return 1
  node -e '
    const fs = require("fs");
    const want = JSON.parse(fs.readFileSync("package-lock.json")).packages;
    const have = JSON.parse(fs.readFileSync("node_modules/.package-lock.json")).packages;
    for (const [path, p] of Object.entries(want)) {
      if (path === "" || p.optional) continue;
      const same = have[path] && have[path].version === p.version && have[path].integrity === p.integrity;
      if (!same || !fs.existsSync(path + "/package.json")) process.exit(1);
    }
    for (const path of Object.keys(have)) if (!want[path]) process.exit(1);
  '
}

install_node_modules() {
  node_modules_match && return 0
  if [ -L node_modules ]; then
    fail "node_modules is a link to another checkout and does not match package-lock.json" \
      "Run tools/setup.sh there, or remove the link."
  fi
  echo "Fetching the packages of package-lock.json"
  run "npm ci" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
}

install_packages
install_node_modules
