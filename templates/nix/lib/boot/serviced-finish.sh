# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# A graph that it does not understand does not get better by another try (125: s6 does not start it again).
[ "$1" != 2 ] || exit 125
exit 0
