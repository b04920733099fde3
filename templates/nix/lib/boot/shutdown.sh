# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# What s6-svscan runs for the signals of `reboot`, `halt` and `poweroff`; `kind` is set above.
# Services go down in order first; if their manager does not answer, the rest is done without it.
echo "$kind" >/run/services/shutdown
services shutdown -t 20 || echo "services: not everything went down in order" >/dev/console
# -b: at once. With -t pid 1 would wait for the logger, which waits for pid 1.
s6-svscanctl -b /run/service
