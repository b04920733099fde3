# shellcheck shell=sh disable=SC2154
# Run by udhcpc, behind ../../callback.sh, as `dhcp-callback EVENT`, with what the server said in the environment (udhcpc
# of busybox, networking/udhcp/dhcpc.c).

# After a refusal the servers are asked again in this many seconds.
pause=10
# Name servers, routers and routes beyond these are left out.
most=32
line='
'

# bits ADDRESS: sets $bits to its 32 bits.
bits() {
	IFS=.
	# shellcheck disable=SC2086
	set -- $1
	unset IFS
	bits=$(($1 << 24 | $2 << 16 | $3 << 8 | $4))
}

# inside ADDRESS NETWORK/LENGTH: whether the address is in the network.
inside() {
	prefix=$(((0xffffffff << (32 - ${2#*/})) & 0xffffffff))
	bits "${2%/*}"
	network=$((bits & prefix))
	bits "$1"
	[ $((bits & prefix)) -eq "$network" ]
}

# ours ADDRESS [LENGTH]: whether it, or a network of that length, is in the network of another
# interface; sets $found to that, in words.
ours() {
	while read -r _ found _ network_there _; do
		case $found/$network_there in
		"$interface"/* | /) continue ;;
		*/*/*) ;;
		*) network_there=$network_there/32 ;;
		esac
		if [ "${2:-32}" -ge "${network_there#*/}" ] && inside "$1" "$network_there"; then
			found="the network of ${found%@*} ($network_there)"
			return 0
		fi
	done <<-END
		$addresses
	END
	return 1
}

# host ADDRESS: whether a host can have it: not "this network", loopback, multicast, reserved or
# broadcast (RFC 6890, RFC 1112).
host() {
	case $1 in
	0.* | 127.* | 22[4-9].* | 23?.* | 24?.* | 25?.*) return 1 ;;
	esac
}

# neighbour ADDRESS: whether it can be another host's, and none that this router has elsewhere.
neighbour() {
	host "$1" && [ "$1" != "$ip" ] && ! ours "$1"
}

# hosts WHAT ADDRESS...: sets $kept to those that another host can have.
hosts() {
	what=$1
	kept=
	count=0
	shift
	for address; do
		if [ $((count += 1)) -gt "$most" ]; then
			log "more than $most $what: the rest is left out"
			break
		elif neighbour "$address"; then
			kept="$kept $address"
		else
			log "$address is not an address of a $what: left out"
		fi
	done
	kept=${kept# }
}

# Sets $length to the bits of the mask. Without a mask, or with one that no network has, everybody
# but the router itself is reached through the router.
read_mask() {
	# Of an option that is too long udhcpc makes a list.
	subnet=${subnet:-}
	subnet=${subnet%% *}
	length=0
	if [ -n "$subnet" ]; then
		bits "$subnet"
		while [ "$length" -lt 32 ] && [ $((bits >> (31 - length) & 1)) -eq 1 ]; do
			length=$((length + 1))
		done
	fi
	if [ "$length" -lt 8 ] || [ $(((bits << length) & 0xffffffff)) -ne 0 ]; then
		log "the subnet mask is ${subnet:-absent}: taken as 255.255.255.255"
		length=32
	fi
}

# Why the address cannot be taken: sets $reason, empty if it can.
judge_address() {
	reason=
	bits "$ip"
	rest=$((0xffffffff >> length))
	if ! host "$ip" || [ "${ip#169.254.}" != "$ip" ]; then
		reason="no server gives that to a host"
	elif [ "$length" -lt 31 ] && [ $((bits & rest)) -eq 0 ]; then
		reason="that is the name of its network"
	elif [ "$length" -lt 31 ] && [ $((bits & rest)) -eq "$rest" ]; then
		reason="that is the broadcast address of its network"
	elif ours "$ip"; then
		reason="that is in $found"
	fi
}

# target NETWORK/LENGTH: whether it can lie behind a router. Half of all addresses begins with 0 too.
target() {
	case $1 in
	0.0.0.0/[1-7]) ;;
	*) host "$1" ;;
	esac
}

# Sets $routers and $routes. Routes with targets, if there are any, take the place of routers
# (RFC 3442); the router 0.0.0.0 says that the target is on the link itself.
read_routes() {
	# shellcheck disable=SC2086
	set -- ${staticroutes:-${msstaticroutes:-}}
	routes=
	if [ $# -eq 0 ]; then
		# shellcheck disable=SC2086
		hosts router ${router:-}
		routers=$kept
		return
	fi
	routers=
	count=0
	while [ $# -ge 2 ]; do
		if [ $((count += 1)) -gt "$most" ]; then
			log "more than $most routes: the rest is left out"
			break
		elif [ "$2" != 0.0.0.0 ] && ! neighbour "$2"; then
			log "route to $1: $2 is not an address of a router: left out"
		elif [ "${1#*/}" -eq 0 ]; then
			routers="$routers $2"
		elif ! target "$1" || ours "${1%/*}" "${1#*/}"; then
			log "route to $1 by $2: not the server's to give: left out"
		else
			routes="$routes $1 $2"
		fi
		shift 2
	done
	routers=${routers# }
	routes=${routes# }
}

# Sets $name to the domain, if it is one (RFC 1035 section 2.3.1, and the underscore).
read_domain() {
	name=${domain:-}
	case $name in
	# What udhcpc puts, as far as there is room, in place of a name that none is.
	b | ba | bad) name= ;;
	*[!A-Za-z0-9._-]* | .* | -* | *..*)
		log "the domain is not valid: left out"
		name=
		;;
	esac
	if [ ${#name} -gt 253 ]; then
		name=
	fi
}

# option_named NUMBER: sets $key to the variable that udhcpc has of an option; if it does not know what the option holds,
# its value is in hexadecimal.
option_named() {
	case $1 in
	2) key=timezone ;;
	4) key=timesrv ;;
	7) key=logsrv ;;
	17) key=rootpath ;;
	26) key=mtu ;;
	40) key=nisdomain ;;
	41) key=nissrv ;;
	44) key=wins ;;
	66) key=tftp ;;
	67) key=bootfile ;;
	119) key=search ;;
	120) key=sipsrv ;;
	132) key=vlanid ;;
	133) key=vlanpriority ;;
	212) key=ip6rd ;;
	252) key=wpad ;;
	*) key=opt$1 ;;
	esac
}

# Sets $options: a line for each of those that were requested besides.
read_options() {
	options=
	for number in ${requested:-}; do
		option_named "$number"
		eval "value=\${$key:-}"
		case $value in
		"") ;;
		*[!\ -~]*) log "option $number cannot be shown: left out" ;;
		*) options="$options${options:+$line}$number $value" ;;
		esac
	done
}

# refuse TEXT: udhcpc lets go of the lease, and rests until `again` is over.
refuse() {
	problem "$1"
	rm -f "$outputs/values"
	services stop -c "$service"
	echo "$pause" >"$outputs/again"
	kill -USR2 "$PPID"
}

take_lease() {
	addresses=$(ip -4 -o address show)
	read_mask
	judge_address
	if [ -n "$reason" ]; then
		refuse "refused the address $ip/$length of $server: $reason"
		return
	fi
	read_routes
	read_domain
	read_options
	broadcast=${broadcast:-}
	broadcast=${broadcast%% *}
	# shellcheck disable=SC2086
	hosts "name server" ${dns:-}
	dns=$kept
	# shellcheck disable=SC2086
	hosts "time server" ${ntpsrv:-}
	ntpsrv=$kept

	values="$ip $length $broadcast $routers / $routes / $dns / $name / $ntpsrv / $(printf %s "$options" | tr '\n' ' ')"
	before=
	if [ -e "$outputs/values" ]; then
		IFS= read -r before <"$outputs/values"
	fi
	if [ -n "$routers" ]; then
		problem ""
	else
		problem "$server names no router"
	fi
	# A renewal that differs in these only changes nothing for anybody.
	publish lease "${lease:-}"
	publish serverid "$serverid"
	publish siaddr "${siaddr:-}"
	if [ "$values" != "$before" ]; then
		publish ip "$ip"
		publish mask "$length"
		publish subnet "$subnet"
		publish broadcast "$broadcast"
		publish router "$routers"
		publish routes "$routes"
		publish dns "$dns"
		publish domain "$name"
		publish ntpsrv "$ntpsrv"
		publish options "$options"
		publish values "$values"
		# Up, or on its way down: with the old values.
		if [ -d "$all/$service" ]; then
			services restart -c "$service"
		fi
	fi
	services start -c "$service"
}

# said TEXT: sets $said to it if it can be shown on one line.
said() {
	said=$1
	case $said in
	*[!\ -~]*) said= ;;
	esac
	[ ${#said} -le 100 ] || said=
}

serverid=${serverid:-}
serverid=${serverid%% *}
server="the DHCP server${serverid:+ $serverid}"
# No answer that this script cannot read may end in silence.
trap '[ $? -eq 0 ] || problem "an answer of $server makes no sense"' EXIT
# Every event but a failure is an answer to carrier.sh.
[ "$1" = leasefail ] || rm -f "$outputs/asked"
case $1 in
bound)
	take_lease
	# While the router starts, its own networks are not all known: the same is asked once more.
	if [ -z "$reason" ] && ! services ready -t 0 2>/dev/null; then
		(
			services ready -t 60 2>/dev/null || :
			exec s6-svc -1 "$supervised/$daemon"
		) &
	fi
	;;
renew) take_lease ;;
nak)
	said "${message:-}"
	rm -f "$outputs/values"
	problem "$server refused the request${said:+: $said}"
	;;
leasefail) problem "no DHCP server answers" ;;
deconfig)
	services stop -c "$service"
	if [ -e "$outputs/values" ]; then
		rm -f "$outputs/values"
		problem "the lease is over"
	elif [ ! -e "$outputs/problem" ]; then
		publish problem "no DHCP server has given a lease yet"
	fi
	if [ -e "$outputs/again" ]; then
		read -r pause <"$outputs/again"
		rm "$outputs/again"
		(
			sleep "$pause"
			exec s6-svc -1 "$supervised/$daemon"
		) &
	fi
	;;
esac
