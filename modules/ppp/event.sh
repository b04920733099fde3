# shellcheck shell=sh disable=SC2154
# Run by pppd, behind ../network/callback.sh, as /etc/ppp/ip-up and /etc/ppp/ipv6-up (pppd(8), SCRIPTS).

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
problem ""
services start -c "$service"
look_again
