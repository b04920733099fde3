# shellcheck shell=sh
# Sourced by the bodies of dhcp6.address and dhcp6.prefix: puts an address of each line of $leased on $ifname, and takes
# off what is none any more. They set $length, the bits of its network, and $absent, what is wrong without a lease; they
# define `place VALUE`, which sets $address or $problem, and `route ADDRESS/LENGTH`, which sets $route.
# shellcheck disable=SC2154

kept=/run/$name.addresses

# take_off ADDRESS/LENGTH: takes it off, and the route of its network, which the kernel leaves there until its time is
# over if the address has one (ipv6_del_addr() of net/ipv6/addrconf.c).
take_off() {
	route "$1"
	ip -6 address del "$1" dev "$ifname" || log "address was gone"
	ip -6 route del "$route" dev "$ifname" metric 256 2>/dev/null || :
}

# lifetime SECONDS: sets $lifetime to what is left of it.
lifetime() {
	if [ "$1" -ge 4294967295 ]; then
		lifetime=forever
	elif [ "$1" -gt "$age" ]; then
		lifetime=$(($1 - age))
	else
		lifetime=0
	fi
}

take_all_off() {
	[ -e "$kept" ] || return 0
	while read -r address; do
		take_off "$address"
	done <"$kept"
	rm -f "$kept"
}

# Without a lease what is there grows old.
follow() {
	if [ ! -r "$leased" ] || ! read -r since 2>/dev/null <"$acquired"; then
		put problem "$absent"
		return 0
	fi
	read -r age _ </proc/uptime
	age=$((${age%.*} - since))
	problem=
	addresses=
	: >"$kept.new"
	while read -r value preferred valid; do
		place "$value" || continue
		lifetime "$valid"
		valid=$lifetime
		lifetime "$preferred"
		if [ "$valid" != 0 ]; then
			ip -6 address replace "$address/$length" dev "$ifname" valid_lft "$valid" preferred_lft "$lifetime"
			echo "$address/$length" >>"$kept.new"
			addresses="$addresses $address"
		fi
	done <"$leased"
	if [ -e "$kept" ]; then
		while read -r address; do
			if ! grep -q -x -F "$address" "$kept.new"; then
				take_off "$address"
			fi
		done <"$kept"
	fi
	mv "$kept.new" "$kept"
	if [ -n "$problem" ]; then
		put problem "$problem"
	else
		rm -f "$outputs/problem"
	fi
	before=
	[ ! -e "$outputs/addresses" ] || read -r before <"$outputs/addresses"
	if [ "${addresses# }" != "$before" ]; then
		put addresses "${addresses# }"
		[ -z "$ready" ] || $announce
	fi
}

# Follows the client's lease; does not return.
follow_lease() {
	ready=
	put ifname "$ifname"
	follow
	announce_ready
	ready=yes
	follow_changes follow
}
