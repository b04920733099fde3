#!/bin/sh
# carrier.sh DAEMON yes|no: the link of the DHCP client DAEMON runs, or not. When the cable is in
# again it may lead to another network, so the lease is asked for there (RFC 2131 section 4.4.2).
set -eu

outputs=${SERVICES_DIRECTORY:-/run/services}/outputs/$1
daemon=${SCAN_DIRECTORY:-/run/service}/$1

case $2 in
no) : >"$outputs/unplugged" ;;
yes)
	[ -e "$outputs/unplugged" ] || exit 0
	rm "$outputs/unplugged"
	: >"$outputs/asked"
	# With a lease udhcpc asks all servers to confirm it, without one it begins at once.
	s6-svc -1 "$daemon"
	for _ in 1 2 3 4 5 6 7 8; do
		sleep 1
		[ -e "$outputs/asked" ] || exit 0
	done
	rm -f "$outputs/asked"
	if [ -e "$outputs/values" ]; then
		# Nobody did: it lets go of the lease, and begins at once.
		echo 0 >"$outputs/again"
		s6-svc -2 "$daemon"
	fi
	;;
esac
