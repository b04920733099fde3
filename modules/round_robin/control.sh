# shellcheck shell=sh
# Sourced by the body of round_robin: $candidates has a line for each service, its name and those of its parts that are
# to be started. Has one of them run, and what stands for it.
# shellcheck disable=SC2154

all=$services/outputs
active=${name%.control}

is_up() {
	[ -e "$all/$1/state" ]
}

# await_start SECONDS: whether it is up in that time.
await_start() {
	read -r until _ </proc/uptime
	until=$((${until%.*} + $1))
	while ! is_up "$candidate"; do
		read -r now _ </proc/uptime
		rest=$((until - ${now%.*}))
		[ "$rest" -gt 0 ] || return 1
		sleep "$rest" &
		waiter=$!
		# What changed before the wait began ended nothing.
		is_up "$candidate" || wait "$waiter" || :
		end_wait
	done
}

await_end() {
	while is_up "$candidate"; do
		"$pause" &
		waiter=$!
		! is_up "$candidate" || wait "$waiter" || :
		end_wait
	done
}

# try_one NAME PART...
try_one() {
	candidate=$1
	shift
	"$manager" start -c "$@"
	if await_start "$patience"; then
		log "$candidate is up"
		rm -f "$outputs/problem"
		put active "$candidate"
		"$manager" start -c "$active"
		await_end
		"$manager" stop -c "$active"
		put problem "$candidate went down"
	else
		put problem "$candidate was not up in $patience s"
	fi
	log "$candidate is given up"
	"$manager" stop -c "$@"
}

try_in_turn() {
	# After a crash nobody knows which one it was.
	every=
	while read -r _ parts; do
		every="$every $parts"
	done <<-END
		$candidates
	END
	# shellcheck disable=SC2086
	"$manager" stop -c "$active" $every
	while :; do
		while read -r words; do
			# shellcheck disable=SC2086
			try_one $words
		done <<-END
			$candidates
		END
	done
}
