# shellcheck shell=sh disable=SC2034,SC2154
# For ../addresses.sh: of each prefix, network number $subnet, and there the host $host. Each prefix ends in `::`, and has
# 64 bits at most: the client saw to it.
length=64
absent="no prefix is delegated"

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

place() {
	if ! network "$1"; then
		problem="subnet $subnet is not in the prefix $1"
		return 1
	fi
	address=$(printf '%s::%x' "$network" "$host")
}

route() {
	route=${1%::*}::/64
}
