#!/bin/sh
# The beginning of the scripts that udhcpc, dhcpcd and pppd run when there is something new. $daemon is the name of the
# daemon's service, whose outputs are what it learns; the service that depends on it is up while there is something.
# The other end may be misconfigured or hostile: no value is published before it was looked at.
# shellcheck disable=SC2154
set -euf

all=${SERVICES_DIRECTORY:-/run/services}/outputs
supervised=${SCAN_DIRECTORY:-/run/service}
outputs=$all/$daemon
service=${daemon%.daemon}

log() {
	printf '%s: %s\n' "$daemon" "$*" >&2
}

# publish KEY VALUE: sets an output of the daemon, or removes it if there is nothing.
publish() {
	if [ -n "$2" ]; then
		printf '%s\n' "$2" >"$outputs/.$1"
		mv -f "$outputs/.$1" "$outputs/$1"
	else
		rm -f "$outputs/$1"
	fi
}

# problem TEXT: what `services` says of the daemon, and of all that waits for it.
problem() {
	[ -z "$1" ] || log "$1"
	publish problem "$1"
}

# Has the service look again when it is up, for one that is on its way may have read what was there before. It does not
# return.
look_again() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		if [ -e "$all/$service/state" ]; then
			exec s6-svc -1 "$supervised/$service"
		fi
		sleep 0.3
	done
	exit 0
}
