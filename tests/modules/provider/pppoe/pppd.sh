# shellcheck shell=sh disable=SC2154 # $pppd, $plugin and $ifname are set above it, and by who runs it
# The pppoe-server of Debian 12 knows no PPPoE of the kernel: it names a program that carries each packet.
if [ "$1" = pty ]; then
	session=${2#* -e }
	session=${session%% *}
	shift 2
	set -- plugin "$plugin" "nic-$ifname" rp_pppoe_sess "$session" "$@"
fi
exec "$pppd" "$@"
