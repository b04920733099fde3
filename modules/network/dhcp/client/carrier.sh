#!/bin/sh
# carrier.sh DAEMON IFNAME yes|no: the link of the DHCP client DAEMON runs, or not. When the cable is
# in again it may lead to another network, so the lease is asked for there (RFC 2131 section 4.4.2).
set -eu

outputs=${SERVICES_DIRECTORY:-/run/services}/outputs/$1
daemon=${SCAN_DIRECTORY:-/run/service}/$1
link=/sys/class/net/$2

plugged() {
	carrier=0
	read -r carrier <"$link/carrier" 2>/dev/null || :
	[ "$carrier" = 1 ]
}

# With a lease udhcpc asks all servers to confirm it, without one it begins at once.
ask() {
	: >"$outputs/asked"
	s6-svc -1 "$daemon"
	for _ in 1 2 3 4 5 6 7 8; do
		sleep 1
		[ -e "$outputs/asked" ] || return 0
	done
	rm -f "$outputs/asked"
	if [ -e "$outputs/values" ] && plugged; then
		# Nobody did: it lets go of the lease, and begins at once.
		echo 0 >"$outputs/again"
		s6-svc -2 "$daemon"
	fi
}

case $3 in
no) : >"$outputs/unplugged" ;;
yes)
	[ -e "$outputs/unplugged" ] || exit 0
	rm "$outputs/unplugged"
	# Out and in again meanwhile: nobody else reports it.
	while plugged; do
		read -r before <"$link/carrier_changes"
		ask
		read -r after <"$link/carrier_changes"
		[ "$before" != "$after" ] || break
	done
	;;
esac
