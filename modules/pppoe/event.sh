#!/bin/sh
# Run by pppd as /etc/ppp/ip-up and /etc/ppp/ipv6-up (pppd(8), SCRIPTS); the sixth word is the name of the service that
# dials. What the provider said is looked at before it is published.
# shellcheck disable=SC2154
set -eu
PATH=/bin:/sbin:/usr/bin:/usr/sbin
daemon=$6
service=${daemon%.daemon}
all=/run/services/outputs
outputs=$all/$daemon
supervised=/run/service/$service

publish() {
	if [ -n "$2" ]; then
		printf '%s\n' "$2" >"$outputs/.$1"
		mv -f "$outputs/.$1" "$outputs/$1"
	fi
}

case ${0##*/} in
ip-up)
	servers=
	for server in "${DNS1-}" "${DNS2-}"; do
		case $server in
		"" | 0.* | 127.* | 22[4-9].* | 23?.* | 24?.* | 25?.*) ;;
		*) servers="$servers${servers:+ }$server" ;;
		esac
	done
	publish ip "${IPLOCAL-}"
	publish peer "${IPREMOTE-}"
	publish router 0.0.0.0
	publish dns "$servers"
	# shellcheck disable=SC2086
	publish resolv.conf "$(printf 'nameserver %s\n' $servers)"
	;;
ipv6-up)
	publish ipv6-address "${LLLOCAL-}"
	publish ipv6-peer "${LLREMOTE-}"
	;;
esac
rm -f "$outputs/problem"
services start -c "$service"
# One that is on its way up may have read what was there before.
for _ in 1 2 3 4 5 6 7 8 9 10; do
	if [ -e "$all/$service/state" ]; then
		exec s6-svc -1 "$supervised"
	fi
	sleep 0.3
done
