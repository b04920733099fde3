# shellcheck shell=sh
# Sourced by the body of dhcp6.prefix: puts a network of each prefix on $ifname, and takes off what is none any more.
# Each prefix ends in `::`, and has 64 bits at most: the client saw to it.
# shellcheck disable=SC2154

kept=/run/$name.addresses

# network PREFIX: sets $network to the first four groups of its $subnet, in hexadecimal.
network() {
	first_groups=${1%::/*}
	room=$((64 - ${1#*/}))
	if [ "$room" -lt 16 ] && [ "$subnet" -ge $((1 << room)) ]; then
		return 1
	fi
	IFS=:
	# shellcheck disable=SC2086
	set -- $first_groups
	unset IFS
	network=$(printf '%x:%x:%x:%x' "0x$1" "0x${2:-0}" "0x${3:-0}" "$((0x${4:-0} | subnet))")
}

# take_off ADDRESS/64: takes it off, and the network's route, which the kernel leaves there until its time is over if
# the address has one (ipv6_del_addr() of net/ipv6/addrconf.c).
take_off() {
	ip -6 address del "$1" dev "$ifname" || log "address was gone"
	ip -6 route del "${1%::*}::/64" dev "$ifname" metric 256 2>/dev/null || :
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
	if [ ! -r "$prefixes" ] || ! read -r since 2>/dev/null <"$acquired"; then
		put problem "no prefix is delegated"
		return 0
	fi
	read -r age _ </proc/uptime
	age=$((${age%.*} - since))
	problem=
	addresses=
	: >"$kept.new"
	while read -r prefix preferred valid; do
		if ! network "$prefix"; then
			problem="subnet $subnet is not in the prefix $prefix"
			continue
		fi
		address=$(printf '%s::%x' "$network" "$host")
		lifetime "$valid"
		valid=$lifetime
		lifetime "$preferred"
		if [ "$valid" != 0 ]; then
			ip -6 address replace "$address/64" dev "$ifname" valid_lft "$valid" preferred_lft "$lifetime"
			echo "$address/64" >>"$kept.new"
			addresses="$addresses $address"
		fi
	done <"$prefixes"
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
