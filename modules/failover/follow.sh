# shellcheck shell=sh
# Sourced by the body of failover: a default route for each of $lines that is up, with $metric and those after it, and
# the outputs of the first of them.
# shellcheck disable=SC2034,SC2154

all=$services/outputs
kept=/run/$name.routes
# Who was the best one until now, and by which address.
best=
address=

# first_word FILE: sets $word to it, empty if there is none.
first_word() {
	word=
	[ ! -r "$1" ] || read -r word _ <"$1" || :
}

# read_route LINE: sets $route, without its metric; false if the line is not up.
read_route() {
	[ -e "$all/$1/state" ] || return 1
	first_word "$all/$1/router"
	route=$word
	first_word "$all/$1/ifname"
	[ -n "$route" ] && [ -n "$word" ] || return 1
	# All is behind the other end of a point-to-point link.
	if [ "$route" = 0.0.0.0 ]; then
		route="dev $word"
	else
		route="via $route dev $word onlink"
	fi
}

# take_route_off METRIC WORD...
take_route_off() {
	of_metric=$1
	shift
	# The kernel removes routes itself when an interface goes down.
	ip -4 route del default "$@" metric "$of_metric" 2>/dev/null || log "route was gone"
}

take_routes_off() {
	[ -e "$kept" ] || return 0
	while read -r old; do
		# shellcheck disable=SC2086
		take_route_off $old
	done <"$kept"
	rm -f "$kept"
}

set_routes() {
	now=
	number=$metric
	: >"$kept.new"
	for line in $lines; do
		if read_route "$line"; then
			# shellcheck disable=SC2086
			if ip -4 route replace default $route metric "$number"; then
				echo "$number $route" >>"$kept.new"
				now=${now:-$line}
			fi
		fi
		number=$((number + 1))
	done
	if [ -e "$kept" ]; then
		while read -r old; do
			# One with another router took its place.
			grep -q "^${old%% *} " "$kept.new" && continue
			# shellcheck disable=SC2086
			take_route_off $old
		done <"$kept"
	fi
	mv "$kept.new" "$kept"
}

# If it is the same line with the same address as before, its connections go on.
change_over() {
	first_word "$all/$now/ip"
	# So it is called where it is fixed.
	[ -n "$word" ] || first_word "$all/$now/address"
	if [ "$now/$word" != "$best/$address" ]; then
		log "$now is used"
		[ -z "$address" ] || "$forget" "$address" || log "connections over $best stay until they time out"
	fi
	best=$now
	address=$word
}

follow() {
	set_routes
	case $now in
	"${lines%% *}") rm -f "$outputs/problem" ;;
	"") put problem "no line is good" ;;
	*) put problem "${lines%% *} is not good: $now is used" ;;
	esac
	[ -z "$now" ] || change_over
	! pass_on "${now:+$all/$now}" || changed=yes
}
