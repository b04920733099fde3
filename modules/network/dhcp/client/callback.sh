#!/bin/sh
# Run by udhcpc as `callback.sh EVENT`, with what the server said in the environment (udhcpc of
# busybox, networking/udhcp/dhcpc.c); $daemon is the name of the daemon's service.
# shellcheck disable=SC2154
set -eu

all=${SERVICES_DIRECTORY:-/run/services}/outputs
outputs=$all/$daemon
service=${daemon%.daemon}

# publish KEY VALUE: sets an output of the daemon, or removes it where the server said nothing.
publish() {
	if [ -n "$2" ]; then
		printf '%s\n' "$2" >"$outputs/.$1"
		mv -f "$outputs/.$1" "$outputs/$1"
	else
		rm -f "$outputs/$1"
	fi
}

take_lease() {
	values="$ip $mask ${subnet:-} ${broadcast:-} ${router:-} / ${dns:-} / ${domain:-} / ${ntpsrv:-}"
	before=
	if [ -e "$outputs/values" ]; then
		IFS= read -r before <"$outputs/values"
	fi
	# A renewal that differs in these only is no change to anybody.
	publish lease "${lease:-}"
	publish serverid "${serverid:-}"
	publish siaddr "${siaddr:-}"
	if [ "$values" != "$before" ]; then
		publish ip "$ip"
		publish mask "$mask"
		publish subnet "${subnet:-}"
		publish broadcast "${broadcast:-}"
		publish router "${router:-}"
		publish dns "${dns:-}"
		publish domain "${domain:-}"
		publish ntpsrv "${ntpsrv:-}"
		publish values "$values"
		if [ -n "$before" ] && [ -d "$all/$service" ]; then
			services restart -c "$service"
		fi
	fi
	services start -c "$service"
}

case $1 in
bound | renew) take_lease ;;
deconfig) services stop -c "$service" ;;
esac
