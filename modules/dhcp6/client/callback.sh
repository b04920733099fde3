# shellcheck shell=sh disable=SC2154
# Run by dhcpcd, behind ../../network/callback.sh, with what happened in $reason, and what the server said in the
# environment (dhcpcd-run-hooks(8)).

# Addresses, prefixes and name servers beyond these are left out.
most=16
line='
'

# Sets $uptime to the seconds since the boot.
read_uptime() {
	read -r uptime _ </proc/uptime
	uptime=${uptime%.*}
}

# unicast ADDRESS: whether it is one of the Internet (2000::/3), or a unique local one (fc00::/7).
unicast() {
	case $1 in
	*[!0-9a-f:.]*) return 1 ;;
	[23]???:* | f[cd]??:*) ;;
	*) return 1 ;;
	esac
}

# prefix NETWORK LENGTH: whether it can be delegated. As inet_ntop(3) writes it, the zeros that are at
# the end of every such prefix are the `::`.
prefix() {
	unicast "$1" && [ "${1%::}" != "$1" ] && [ "$2" -ge 16 ] && [ "$2" -le 64 ]
}

# lifetimes PREFERRED VALID: whether they are in order.
lifetimes() {
	case $1$2 in
	*[!0-9]* | "") return 1 ;;
	esac
	[ "$1" -le "$2" ] && [ "$2" -gt 0 ]
}

# value NAME: sets $value to that of a variable of dhcpcd, empty if there is none.
value() {
	eval "value=\${new_dhcp6_$1-}"
}

# Sets $addresses and $prefixes. dhcpcd counts what a server gives in names of variables, from 1.
read_leases() {
	addresses=
	prefixes=
	number=1
	while [ "$number" -le "$most" ]; do
		value "ia_na1_ia_addr$number"
		address=$value
		[ -n "$address" ] || break
		value "ia_na1_ia_addr${number}_pltime"
		preferred=$value
		value "ia_na1_ia_addr${number}_vltime"
		if unicast "$address" && lifetimes "$preferred" "$value"; then
			addresses="$addresses${addresses:+$line}$address $preferred $value"
		else
			log "the address $address is not the server's to give: left out"
		fi
		number=$((number + 1))
	done
	number=1
	while [ "$number" -le "$most" ]; do
		value "ia_pd1_prefix$number"
		network=$value
		[ -n "$network" ] || break
		value "ia_pd1_prefix${number}_length"
		length=$value
		value "ia_pd1_prefix${number}_pltime"
		preferred=$value
		value "ia_pd1_prefix${number}_vltime"
		if ! prefix "$network" "$length"; then
			log "the prefix $network/$length cannot be put on a network: left out"
		elif lifetimes "$preferred" "$value"; then
			prefixes="$prefixes${prefixes:+$line}$network/$length $preferred $value"
		fi
		number=$((number + 1))
	done
}

# Sets $dns, $domains and $aftr.
read_options() {
	dns=
	# shellcheck disable=SC2086
	for server in ${new_dhcp6_name_servers-}; do
		case $server in
		*[!0-9a-f:.]* | ::1 | :: | ff*) log "$server is not an address of a name server: left out" ;;
		# Only with its interface does it lead anywhere.
		fe80:*) dns="$dns $server%$interface" ;;
		*) dns="$dns $server" ;;
		esac
	done
	dns=${dns# }
	domains=
	for domain in ${new_dhcp6_domain_search-}; do
		case $domain in
		*[!A-Za-z0-9._-]* | .* | -* | *..*) log "a domain is not valid: left out" ;;
		*) domains="$domains $domain" ;;
		esac
	done
	domains=${domains# }
	[ ${#domains} -le 253 ] || domains=
	aftr=${new_dhcp6_aftr_name-}
	case $aftr in
	*[!A-Za-z0-9._-]* | .* | -* | *..*) aftr= ;;
	esac
	[ ${#aftr} -le 253 ] || aftr=
}

resolv_conf() {
	[ -z "$domains" ] || echo "search $domains"
	for server in $dns; do
		echo "nameserver $server"
	done
}

take_lease() {
	read_leases
	read_options
	if [ -z "$addresses$prefixes" ]; then
		lose_lease "the DHCPv6 server gives neither address nor prefix"
		return
	fi
	problem ""
	read_uptime
	publish addresses "$addresses"
	publish prefixes "$prefixes"
	publish dns "$dns"
	publish domain "$domains"
	publish aftr "$aftr"
	publish resolv.conf "$(resolv_conf)"
	publish acquired "$uptime"
	services start -c "$service"
	# The daemon does not wait for it.
	(look_again) &
}

# lose_lease TEXT: there is none any more, and why.
lose_lease() {
	problem "$1"
	services stop -c "$service"
	for key in addresses prefixes dns domain aftr resolv.conf acquired; do
		rm -f "$outputs/$key"
	done
}

# The cable is pulled: the lease ages until its last address or prefix is over.
age_lease() {
	[ -e "$outputs/acquired" ] || return 0
	read -r acquired <"$outputs/acquired"
	longest=0
	for key in addresses prefixes; do
		[ -e "$outputs/$key" ] || continue
		while read -r _ _ valid; do
			[ "$valid" -le "$longest" ] || longest=$valid
		done <"$outputs/$key"
	done
	read_uptime
	(
		sleep $((acquired + longest - uptime))
		now=
		read -r now <"$outputs/acquired" || :
		[ "$now" != "$acquired" ] || lose_lease "the lease is over"
	) &
}

# No answer that this script cannot read may end in silence.
trap '[ $? -eq 0 ] || problem "an answer of the DHCPv6 server makes no sense"' EXIT
case $reason in
PREINIT) publish problem "no DHCPv6 server has given a lease yet" ;;
BOUND6 | RENEW6 | REBIND6 | REBOOT6) take_lease ;;
EXPIRE6)
	if [ "$ifcarrier" = down ]; then
		age_lease
	else
		lose_lease "the lease is over"
	fi
	;;
esac
