# shellcheck shell=sh
# Sourced by the bodies that dial: dials again when a session is over, for ever. They define `write_options`, which prints
# options of pppd for $file; `call`, which ends with pppd's exit code; and $nobody, what is wrong if nobody answers.
# shellcheck disable=SC2154

file=/run/$name.options
session=${name%.daemon}
# Seconds; a session that was up begins anew with the shortest.
shortest=2
longest=300

# problem TEXT: what `services` says of the session, and of all that waits for it.
problem() {
	log "$1"
	put problem "$1"
}

# quoted TEXT: one word of an options file (pppd(8), OPTIONS FILES).
quoted() {
	printf '"%s"' "$(printf %s "$1" | sed 's/["\\]/\\&/g')"
}

# reason CODE: why pppd ended (pppd(8), EXIT STATUS), empty if it is clear.
reason() {
	case $1 in
	5) echo "the session was ended" ;;
	8) echo "$nobody" ;;
	10) echo "the provider gives no address" ;;
	15) echo "the provider does not answer any more" ;;
	16) echo "the provider ended the session" ;;
	17) echo "the provider's own address is in use here" ;;
	19) echo "the provider refuses the user's name or password" ;;
	*) echo "pppd ended with exit code $1" ;;
	esac
}

hang_up() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$child" ] || wait "$child" || :
	exit 0
}

dial() {
	rest=$shortest
	child=
	trap hang_up TERM
	put problem "dialling"
	while :; do
		for key in ip peer router dns resolv.conf ipv6-address ipv6-peer; do
			rm -f "$outputs/$key"
		done
		(
			umask 077
			write_options >"$file"
		)
		call &
		child=$!
		code=0
		wait "$child" || code=$?
		child=
		rm -f "$file"
		"$manager" stop -c "$session" || :
		if [ -e "$outputs/ip" ] || [ -e "$outputs/ipv6-address" ]; then
			rest=$shortest
		fi
		problem "$(reason "$code"); next call in $rest s"
		sleep "$rest" &
		child=$!
		wait "$child" || :
		child=
		rest=$((rest * 2))
		[ "$rest" -le "$longest" ] || rest=$longest
	done
}
