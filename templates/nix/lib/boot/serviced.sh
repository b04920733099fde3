# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
exec serviced -g "$graph" -c /dev/console
