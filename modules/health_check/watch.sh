# shellcheck shell=sh
# Sourced by the body of health_check: looks at a service for ever, starts what stands for it while it is healthy, and
# restarts the service when it is not.
# shellcheck disable=SC2154

verdict=${name%.probe}
# How often the service was restarted since it was healthy. The restart ends this process too, as it needs the service.
ill=/run/$name.ill

# in_background COMMAND...: the same, and a signal that ends this process ends it too.
in_background() {
	"$@" &
	child=$!
	code=0
	wait "$child" || code=$?
	child=
	return "$code"
}

stop_looking() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	exit 0
}

become_well() {
	rm -f "$ill" "$outputs/problem"
	state=well
	restarts=0
	"$manager" start -c "$verdict"
	log "$checked is healthy"
}

become_ill() {
	state=ill
	echo "$restarts" >"$ill"
	put problem "$checked is not healthy"
	"$manager" stop -c "$verdict"
	log "$checked is not healthy: $failed probes in a row failed"
}

# The later it is, the more patience: the fault may be elsewhere.
restart_if_due() {
	patience=$((threshold + 1))
	count=0
	while [ "$count" -lt "$restarts" ] && [ "$count" -lt 8 ]; do
		patience=$((patience * 2))
		count=$((count + 1))
	done
	[ "$failed" -ge "$patience" ] || return 0
	restarts=$((restarts + 1))
	echo "$restarts" >"$ill"
	log "restarting $checked"
	# shellcheck disable=SC2086
	"$manager" restart -c $restarted || log "$checked was not restarted"
}

watch_health() {
	child=
	trap stop_looking TERM
	failed=0
	passed=0
	restarts=0
	state=unknown
	if [ -e "$ill" ]; then
		read -r restarts <"$ill"
		state=ill
		put problem "$checked is not healthy"
	fi
	while :; do
		read -r began _ </proc/uptime
		if in_background look; then
			failed=0
			passed=$((passed + 1))
			case $state in
			unknown) become_well ;;
			ill) [ "$passed" -lt "$recovery" ] || become_well ;;
			esac
		else
			passed=0
			failed=$((failed + 1))
			if [ "$failed" -gt "$threshold" ]; then
				[ "$state" = ill ] || become_ill
				[ -z "$restarted" ] || restart_if_due
			fi
		fi
		# A failure took as long as an answer may take.
		read -r ended _ </proc/uptime
		rest=$((interval - (${ended%.*} - ${began%.*})))
		[ "$rest" -le 0 ] || in_background sleep "$rest" || :
	done
}
