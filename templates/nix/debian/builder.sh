#!/bin/bash
# What every builder of this package set runs: a fixed environment, then the
# derivation's own text, then a builtin.
#
# The last line matters: Nix kills a builder at the moment its standard output
# is closed, and a text that ends in an external program closes it a little
# before it exits (NixOS/nix#2176).
set -euo pipefail

export PATH=${toolPath:+$toolPath:}/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/homeless-shelter LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1 PYTHONDONTWRITEBYTECODE=1
umask 022

# In nixpkgs it names interpreters by store paths; here they are where scripts expect them.
# shellcheck disable=SC2317 # the derivation's text calls it
patchShebangs() { :; }

cd "$NIX_BUILD_TOP"

# shellcheck source=/dev/null disable=SC2154 # Nix sets it
. "$buildCommandPath"

exit 0
