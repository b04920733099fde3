# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# What s6-svscan becomes when it cannot go on: nothing supervises any more, so the way out is a new start.
exec </dev/console >/dev/console 2>&1
echo "liminix-gen: s6-svscan crashed"
if [ "$console" = shell ]; then
	echo "liminix-gen: here is a shell; the system restarts when it ends"
	sh
else
	sleep 5
fi
sync
reboot -f
