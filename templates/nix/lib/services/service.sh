# shellcheck shell=sh
# Sourced last by `run` and `finish` of every service, after they set $name and defined the functions that hold the
# bodies: `up` or `run`, `ready`, `down`. Its directory under /run/service is the working directory.
# On a slow board each fork costs tens of milliseconds: what can be done by builtins is done by builtins.

# $name and $pause are set by whoever sources this.
# shellcheck disable=SC2154

services=${SERVICES_DIRECTORY:-/run/services}
outputs=$services/outputs/$name
tag="$name: "
polling=
undoing=
# What the configuration says of the kernel's settings (base.sysctl), as in sysctl.d(5): a path with '/', ` = `, a value.
# '-' before a path: it may be absent; '*' in it: all that there are.
settings=${SETTINGS_FILE:-/etc/sysctl.conf}

# --- for the bodies ---------------------------------------------------------------------------------------------

# log TEXT: says something to the log, with the name of the service before it.
log() {
	printf '%s%s\n' "$tag" "$*" >&2
}

# kernel_settings [PATTERN]: writes those settings of the configuration that there are, or those whose path below
# /proc/sys matches. Who writes one himself, as a default, does this afterwards: the configuration wins.
kernel_settings() {
	[ -r "$settings" ] || return 0
	settings_refused=
	while IFS=' ' read -r setting_path _ setting_value; do
		# shellcheck disable=SC2254
		case ${setting_path#-} in
		${1-*}) ;;
		*) continue ;;
		esac
		for setting_file in /proc/sys/${setting_path#-}; do
			[ -e "$setting_file" ] || continue
			if ! echo "$setting_value" 2>/dev/null >"$setting_file"; then
				log "the kernel does not take '$setting_value' for ${setting_file#/proc/sys/}"
				settings_refused=yes
			fi
		done
	done <"$settings"
	[ -z "$settings_refused" ]
}

# For a `run` that acts on what it observes: `watch_changes` first, then a look at how things are, `announce_ready`, and
# `follow_changes FUNCTION`, which calls the function now and after each change, and does not return. A change during
# a call ends the rest after it, so that another call follows.
watch_changes() {
	waiter=
	trap end_wait USR1
	trap 'end_wait; exit 0' TERM
}

end_wait() {
	[ -z "$waiter" ] || kill "$waiter" 2>/dev/null || :
}

follow_changes() {
	while :; do
		"$pause" &
		waiter=$!
		"$@"
		wait "$waiter" || :
	done
}

# publish_changes FUNCTION: for a `run` whose outputs follow something else, after `watch_changes`. The function sets
# $changed if it changed any, and those who observe this service are told. It does not return.
publish_changes() {
	changed=
	"$@"
	announce_ready
	follow_changes announce_changes "$@"
}

announce_changes() {
	changed=
	"$@"
	[ -z "$changed" ] || "${pause%/*}/services" announce "$name"
}

# publish_every SECONDS FUNCTION: for a `run` whose outputs are asked for from time to time. The function sets them by
# `put`, in a few seconds: now, before the service is ready, and after each pause. Those who observe this service are
# told when one is another value. It does not return.
publish_every() {
	publish_pause=$1
	shift
	waiter=
	trap 'end_wait; exit 0' TERM
	"$@"
	announce_ready
	while :; do
		sleep "$publish_pause" &
		waiter=$!
		wait "$waiter" || :
		announce_changes "$@"
	done
}

# remove_interface IFNAME: takes an interface away, if it is there.
remove_interface() {
	if [ -e "/sys/class/net/$1" ]; then
		ip link del dev "$1"
	fi
}

# put KEY VALUE: sets an output of this service, and $changed if it was another value. That is replaced at once, never
# seen half. An interface that is published gets the settings that the configuration has for it: set it up afterwards.
put() {
	if [ "$1" = ifname ]; then
		kernel_settings "net/*/$2/*" || :
	fi
	if [ -e "$outputs/$1" ]; then
		if { IFS= read -r put_before && ! IFS= read -r _; } <"$outputs/$1" && [ "$put_before" = "$2" ]; then
			return 0
		fi
		changed=yes
		printf '%s\n' "$2" >"$outputs/.$1"
		mv -f "$outputs/.$1" "$outputs/$1"
	else
		changed=yes
		printf '%s\n' "$2" >"$outputs/$1"
	fi
}

# pass_on DIRECTORY: makes the outputs of this service those of another one, whose directory it is; without a directory
# there are none. True if anything changed: those who observe this service are to be told.
pass_on() {
	pass_changed=
	for pass_file in "${1:-/nowhere}"/* "$outputs"/*; do
		pass_key=${pass_file##*/}
		case $pass_key in
		'*' | state | problem) continue ;;
		esac
		if [ -e "${1:-/nowhere}/$pass_key" ]; then
			cmp -s "$1/$pass_key" "$outputs/$pass_key" && continue
			# With its mode: it may be a secret.
			cp -p "$1/$pass_key" "$outputs/.$pass_key"
			mv -f "$outputs/.$pass_key" "$outputs/$pass_key"
		else
			rm -f "$outputs/$pass_key"
		fi
		pass_changed=yes
	done
	[ -n "$pass_changed" ]
}

# output PATH: prints an output of another service. Where there is none the whole script ends, also when this runs in
# "$(...)", whose exit code the shell ignores, and serviced starts it again when the output is there. What `up` read is
# kept: `down` undoes it with the same values, whatever has become of the other service by then, and serviced starts
# the service again when they change.
output() {
	output_name=${1%/*}
	output_copy=used/${output_name##*/}:${1##*/}
	if [ -n "$undoing" ] && [ -r "$output_copy" ]; then
		output_file=$output_copy
	elif [ -r "$1" ]; then
		output_file=$1
	elif [ -n "$polling" ]; then
		return 1
	else
		[ -n "$undoing" ] || printf '%s\n' "${1#"$services/outputs/"}" >lack
		kill -KILL $$
		exit 1
	fi
	output_text=
	while IFS= read -r output_line || [ -n "$output_line" ]; do
		output_text="$output_text$output_line
"
	done <"$output_file"
	if [ -z "$undoing$polling" ]; then
		printf '%s' "$output_text" >"$output_copy"
	fi
	printf '%s' "$output_text"
}

# --- for `run` and `finish` -------------------------------------------------------------------------------------

# Writes down which process this is and when it began (field 22 of its stat): serviced and `finish` find what is left
# of it by that, also when its supervisor died.
record_process() {
	read -r record <"/proc/$$/stat"
	# shellcheck disable=SC2086
	set -- ${record##*) }
	echo "$$ ${20}" >pid
}

# What the service prints goes through serviced to the log: with its name, and the last line is the reason that is
# given should the service fail. Open for reading too, or the death of serviced would end whoever prints.
print_to_serviced() {
	if [ -p said ]; then
		exec 1<>said 2>&1
		tag=
	fi
}

run_oneshot() {
	print_to_serviced
	record_process
	up 3>&-
	echo >&3
	exec "$pause" 3>&-
}

# Observers get SIGUSR1. Until the program that handles it runs, the signal must not end this shell; ignoring it would
# be inherited, and a shell could not catch it any more.
run_longrun() {
	export SERVICE="$name"
	print_to_serviced
	record_process
	trap : USR1
	run
}

# `run` calls one of these two right before its last command, unless the program tells by itself (newline to 3).

# When nothing better tells that the service is ready.
announce_ready() {
	echo >&3
	exec 3>&-
}

# When `ready` tells. Twice in the background: the program that takes this shell's place must not have a child that it
# does not know.
await_ready() {
	( ( poll_ready ) & )
	exec 3>&-
}

# Each look costs what the program that is awaited could use: the first comes soon, the later ones more rarely.
poll_ready() {
	polling=yes
	polls=0
	until ready 3>&-; do
		polls=$((polls + 1))
		case $polls in
		1) sleep 0.1 ;;
		[2-8]) sleep 0.3 ;;
		*) sleep 1 ;;
		esac
	done
	echo >&3
}

# finish: whatever is left of the process goes first, then the undo; each of its commands runs, also after one failed.
run_undo() {
	undoing=yes
	if [ -r pid ] && read -r left _ <pid; then
		kill -KILL "-$left" 2>/dev/null || :
	fi
	set +e
	down
	exit 0
}
