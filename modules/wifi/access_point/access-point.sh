# shellcheck shell=sh
# Sourced by the body of wifi.access_point.
# shellcheck disable=SC2154

# check_password NETWORK PASSWORD: ends the start if it cannot be one (IEEE 802.11-2020 J.4.1).
check_password() {
	case $2 in
	*[!\ -~]*) wrong="has others than ASCII characters" ;;
	????????*) wrong= ;;
	*) wrong="has less than 8 characters" ;;
	esac
	[ ${#2} -le 63 ] || wrong="has more than 63 characters"
	[ -n "$wrong" ] || return 0
	log "the password of $1 $wrong"
	put problem "the password of $1 $wrong"
	exit 1
}

# write_network NUMBER LINES BRIDGE: the first network has the interface of the radio, the others have interfaces that
# hostapd makes, with addresses that nobody else has: those of the radio, marked as local, with the number in it.
write_network() {
	if [ "$1" = 0 ]; then
		echo "interface=$radio"
	else
		read -r address <"/sys/class/net/$radio/address"
		printf 'bss=%s\nbssid=%02x:%s\n' "$radio-$1" "$(((0x${address%%:*} | 2) ^ ($1 << 2)))" "${address#*:}"
	fi
	cat "$2"
	echo "bridge=$3"
}
