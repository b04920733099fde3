# shellcheck shell=sh
# Sourced by the body of wireguard. What wg(8) says of a key that is none has the key in it, so it is not heard; keys
# reach it by pipes alone, as words of a program can be read by everybody.
# shellcheck disable=SC2154

# A conversation that is older has nothing to encrypt with soon (REKEY_AFTER_TIME and REKEY_TIMEOUT of its paper,
# section 6.1: 120 and 5 seconds); while there is traffic a younger one takes its place before.
stale_s=135
look_s=30
look_soon_s=5
# So long a peer may take to answer for the first time.
patience_s=30

# check_key WHAT KEY: ends the start if it is none.
check_key() {
	if [ ${#2} -eq 44 ] && [ "${2%=}" != "$2" ]; then
		case ${2%=} in
		*[!A-Za-z0-9+/]*) ;;
		*) return 0 ;;
		esac
	fi
	log "$1 is not 32 bytes in base64"
	put problem "$1 is not 32 bytes in base64"
	exit 1
}

# Sets $key to what the state of the device keeps; makes it if there is none.
make_key() {
	kept=/run/services/state/$name
	key=
	if [ -e "$kept/private-key" ]; then
		read -r key <"$kept/private-key" || :
	fi
	[ -z "$key" ] || return 0
	log "making the private key"
	mkdir -p "$kept"
	chmod 0700 "$kept"
	key=$("$wg" genkey)
	(
		umask 077
		printf '%s\n' "$key" >"$kept/private-key.new"
	)
	mv "$kept/private-key.new" "$kept/private-key"
	sync
}

# Makes it, with $key and what `configuration` prints.
make_interface() {
	# A start that was cut short may have left it there.
	remove_interface "$ifname"
	ip link add name "$ifname" type wireguard
	if ! configuration | "$wg" setconf "$ifname" /proc/self/fd/0 2>/dev/null; then
		log "wg does not take the configuration"
		exit 1
	fi
	put public-key "$("$wg" show "$ifname" public-key)"
}

# add_routes METRIC NETWORK...
add_routes() {
	metric=$1
	shift
	for network; do
		case $network in
		*:*) family=-6 ;;
		*) family=-4 ;;
		esac
		ip "$family" route replace "$network" dev "$ifname" metric "$metric"
	done
}

# look_at NUMBER NAME PUBLIC_KEY ENDPOINT EXPECTED: a peer that does not answer is sought where the configuration says
# that it is; what is wrong is added to $problem if it is expected to answer. How long it has been silent is not told by
# the time of day, which a clock may be set to.
look_at() {
	at=${handshakes#*"$3"	}
	at=${at%%"$newline"*}
	eval "seen=\${seen_$1-0} since=\${since_$1-$began}"
	if [ "$at" != "$seen" ]; then
		seen=$at since=$now
		eval "seen_$1=\$seen since_$1=\$since"
	fi
	if [ "$seen" != 0 ] && [ $((now - since)) -lt "$stale_s" ]; then
		return 0
	fi
	if ! seek "$2" "$3" "$4"; then
		add_problem "$2: ${4%:*} has no address"
		rest=$look_soon_s
	elif [ "$5" = no ] || { [ "$seen" = 0 ] && [ $((now - since)) -lt "$patience_s" ]; }; then
		return 0
	elif [ "$seen" = 0 ]; then
		add_problem "$2 has not answered at $4 yet"
	else
		add_problem "$2 does not answer any more"
	fi
}

# seek NAME PUBLIC_KEY ENDPOINT
seek() {
	before=$("$wg" show "$ifname" endpoints)
	WG_ENDPOINT_RESOLUTION_RETRIES=0 "$wg" set "$ifname" peer "$2" endpoint "$3" 2>/dev/null || return 1
	after=$("$wg" show "$ifname" endpoints)
	if [ "$after" != "$before" ]; then
		after=${after#*"$2"	}
		log "$1 is at ${after%%"$newline"*}"
	fi
}

add_problem() {
	problem=$problem${problem:+; }$1
}

read_uptime() {
	read -r now _ </proc/uptime
	now=${now%.*}
}

# Does not return. A change of what the service observes ends the rest, also if it comes during a look.
follow_peers() {
	newline='
'
	read_uptime
	began=$now
	said=
	rest=$look_soon_s
	while :; do
		sleep "$rest" &
		waiter=$!
		rest=$look_s
		problem=
		read_uptime
		handshakes=$("$wg" show "$ifname" latest-handshakes)
		look_at_all
		if [ -z "$problem" ]; then
			rm -f "$outputs/problem"
		elif [ "$problem" != "$said" ]; then
			log "$problem"
			put problem "$problem"
		fi
		said=$problem
		wait "$waiter" || :
	done
}
