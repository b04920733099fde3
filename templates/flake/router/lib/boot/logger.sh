# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# The log of everything: five files of 64 KiB at most, lines with the date. -p: it ignores SIGTERM, so that what
# happens during the shutdown is logged too.
exec <fifo
exec s6-log -b -p -d 3 -- T n4 s65536 /run/log
