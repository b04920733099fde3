# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# A login on the console. Speed 0: as it is.
exec getty -L 0 "${device#/dev/}" "${TERM:-vt100}"
