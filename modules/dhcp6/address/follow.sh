# shellcheck shell=sh
# Sourced by the body of dhcp6.address: puts each address of the lease on $ifname, and takes off what is none any more.
# shellcheck disable=SC2154

kept=/run/$name.addresses

# take_off ADDRESS/128: takes it off, and its route, which the kernel leaves there until its time is over if the address
# has one (ipv6_del_addr() of net/ipv6/addrconf.c).
take_off() {
	ip -6 address del "$1" dev "$ifname" || log "address was gone"
	ip -6 route del "$1" dev "$ifname" metric 256 2>/dev/null || :
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
		put problem "no address is leased"
		return 0
	fi
	read -r age _ </proc/uptime
	age=$((${age%.*} - since))
	addresses=
	: >"$kept.new"
	while read -r address preferred valid; do
		lifetime "$valid"
		valid=$lifetime
		lifetime "$preferred"
		if [ "$valid" != 0 ]; then
			# Its network is not on the link (RFC 8415 section 18.2.10.1).
			ip -6 address replace "$address/128" dev "$ifname" valid_lft "$valid" preferred_lft "$lifetime"
			echo "$address/128" >>"$kept.new"
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
	rm -f "$outputs/problem"
	before=
	[ ! -e "$outputs/addresses" ] || read -r before <"$outputs/addresses"
	if [ "${addresses# }" != "$before" ]; then
		put addresses "${addresses# }"
		[ -z "$ready" ] || $announce
	fi
}
