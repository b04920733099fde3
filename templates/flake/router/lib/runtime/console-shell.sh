# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# A shell on the console, started again when it ends.
export HOME=/root TERM="${TERM:-vt100}"
cd "$HOME" 2>/dev/null || cd /
exec <>"$device" >&0 2>&1
# cttyhack makes it the controlling terminal, also when the shell before left it behind.
exec cttyhack sh -l
