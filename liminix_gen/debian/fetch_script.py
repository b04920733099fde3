"""The script `fetch.sh` of an emitted tree: packages into the store without liminix-gen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liminix_gen.debian.store_path import store_name, store_path
from liminix_gen.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liminix_gen.debian.lock import LockedPackage

_HEAD = r"""#!/bin/sh
# Written by liminix-gen from the lock; edit the configuration and emit again instead.
#
# Puts every Debian package of this tree into the Nix store, by the machine's own apt:
#   ./fetch.sh              from the mirrors that apt on this machine uses
#   ./fetch.sh MIRROR...    from these, tried in turn (the URL above /pool)
# Each file is checked against its SHA-256. Needs apt and nix-store; no root, no Python.
set -eu
export LC_ALL=C

helper=/usr/lib/apt/apt-helper
for tool in "$helper" apt-get nix-store; do
  command -v "$tool" >/dev/null || { echo "fetch.sh: $tool is not installed" >&2; exit 2; }
done

# As root on a machine without build users, Nix needs this setting.
if [ "$(id -u)" = 0 ] && ! grep -q '^nixbld:.*[^:]$' /etc/group; then
  NIX_CONFIG="build-users-group =
${NIX_CONFIG-}"
  export NIX_CONFIG
fi

if [ $# -eq 0 ]; then
  # The mirrors are in the URLs that apt would fetch; this needs neither package lists nor network.
  mirrors=$(apt-get update --print-uris |
    sed -n "s|^'\(.*\)/dists/.*/InRelease' .*|\1|p" | sort -u |
    while read -r mirror; do
      case $mirror in
        cdrom:*) ;;
        mirror+file:*) # a list of mirrors, one a line
          list=${mirror#mirror+file:}
          sed -n 's|^\([a-z+]*:[^[:blank:]]*\).*|\1|p' "/${list#"${list%%[!/]*}"}" | sed 's|/$||'
          ;;
        *) echo "$mirror" ;;
      esac
    done)
  # shellcheck disable=SC2086 # URLs have no blanks
  set -- $mirrors
fi
if [ $# -eq 0 ]; then
  echo "fetch.sh: apt on this machine names no mirror; give one: ./fetch.sh MIRROR" >&2
  exit 2
fi

work=$(mktemp -d "${TMPDIR:-/var/tmp}/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# STORE-PATH SHA256 PATH
packages() {
  cat <<'END'
"""

_TAIL = r"""END
}

packages | while read -r kept rest; do
  echo "$kept"
done | xargs nix-store --check-validity --print-invalid >"$work/invalid"
packages | grep -F -f "$work/invalid" >"$work/missing" || true
if [ ! -s "$work/missing" ]; then
  echo "fetch.sh: every package is in the store" >&2
  exit 0
fi
mkdir "$work/files"
for mirror; do
  # From file: apt makes a link, and Nix wants a file.
  case $mirror in file:*) mirror=copy:${mirror#file:} ;; esac
  arguments=$(while read -r kept hash path; do
    name=${kept#*-}
    [ -e "$work/files/$name" ] || echo "$mirror/$path $work/files/$name SHA256:$hash"
  done <"$work/missing")
  [ -n "$arguments" ] || break
  echo "fetch.sh: fetching from $mirror" >&2
  # shellcheck disable=SC2086 # three words a file, none with blanks
  "$helper" -q -o APT::Sandbox::User=root -o Acquire::Retries=3 download-file $arguments \
    >>"$work/log" 2>&1 || true
  # apt leaves a piece of a file when, say, the disk is full.
  while read -r kept hash path; do
    file=$work/files/${kept#*-}
    [ ! -e "$file" ] || echo "$hash  $file" | sha256sum --check --status || rm "$file"
  done <"$work/missing"
done

while read -r kept hash path; do
  name=${kept#*-}
  [ ! -e "$work/files/$name" ] || echo "$work/files/$name"
done <"$work/missing" >"$work/there"
if [ -s "$work/there" ]; then
  xargs nix-store --add-fixed sha256 <"$work/there" >/dev/null
fi

status=0
while read -r kept hash path; do
  name=${kept#*-}
  [ -e "$work/files/$name" ] && continue
  echo "fetch.sh: $path could not be fetched from: $*" >&2
  status=1
done <"$work/missing"
if [ "$status" -ne 0 ]; then
  sed -n 's/^E: /fetch.sh: apt: /p' "$work/log" >&2
  echo "fetch.sh: a mirror keeps only the newest versions; another one, or an archive of old" >&2
  echo "fetch.sh: versions, may have them: ./fetch.sh MIRROR" >&2
fi
exit "$status"
"""

_PLAIN = re.compile(r"[A-Za-z0-9+._~/?=-]+")


def fetch_script(packages: Iterable[LockedPackage]) -> str:
    """Return the text of fetch.sh for these packages, sorted by their paths in the store."""
    lines = sorted({f"{_stored(one)} {one.sha256} {one.path}\n" for one in packages})
    for line in lines:
        if not all(_PLAIN.fullmatch(word) for word in line.split()) or len(line.split()) != 3:
            raise InternalError(f"not fit for a shell script: {line!r}")
    return _HEAD + "".join(lines) + _TAIL


def _stored(one: LockedPackage) -> str:
    return store_path(store_name(one.path), one.sha256)
