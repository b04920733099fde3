# shellcheck shell=sh
# Sourced by the body of l2tp, behind ../ppp/dial.sh: one call by xl2tpd. It starts pppd itself, and would wait for ever
# after the call; how that ended stands only in what it prints.
# shellcheck disable=SC2154

heard=/run/$name.heard
configuration=/run/$name.conf
# Of its questions xl2tpd repeats each five times; who has not answered by then is called again later.
patience_s=30

# write_configuration LNS: as xl2tpd.conf(5) has it. The port is one that nobody knows: nothing comes in by itself.
write_configuration() {
	cat >"$configuration" <<-END
		[global]
		port = 0
		[lac session]
		lns = $1
		autodial = yes
		redial = no
		length bit = yes
		pppoptfile = $file
	END
}

# xl2tpd ends pppd, and does not wait for it: the next one needs the interface.
end_call() {
	kill "$xl2tpd_pid" 2>/dev/null || :
	wait "$xl2tpd_pid" || :
	looks=0
	while [ -e "/sys/class/net/$ifname" ] && [ "$looks" -lt 30 ]; do
		sleep 0.2
		looks=$((looks + 1))
	done
	# Not before, or what they say would be the end of them.
	exec 5<&-
	rm -f "$heard" "/run/$name.control"
}

# Sets $line to the next line of it; fails if it has ended, or says nothing for too long.
# shellcheck disable=SC3045  # the shell of the device has a time limit
hear() {
	if [ -n "$established" ]; then
		read -r line <&5
	else
		read -r -t "$patience_s" line <&5
	fi
}

call() {
	rm -f "$heard"
	mkfifo -m 0600 "$heard"
	"$xl2tpd" -D -c "$configuration" -p "/run/$name.pid" -C "/run/$name.control" >"$heard" 2>&1 &
	xl2tpd_pid=$!
	trap 'end_call; exit 0' TERM
	exec 5<"$heard"
	# What pppd says that heard nobody.
	code=8
	established=
	while hear; do
		line=${line#xl2tpd*: }
		case $line in
		# Who wrote it, and the words of pppd.
		Written* | Forked* | Inherited* | start_pppd* | \"*) continue ;;
		esac
		printf '%s\n' "$line" >&2
		case $line in
		"Call established with "*)
			established=yes
			code=16
			;;
		*"pppd exited for call "*)
			code=${line##* }
			break
			;;
		*"authentication failed"*) code=19 ;;
		# Of what the other end closed, nothing more is said.
		*"Connection closed to "* | *"pppd terminated for call "* | *"Host name lookup failed"*) break ;;
		esac
	done
	end_call
	exit "$code"
}
