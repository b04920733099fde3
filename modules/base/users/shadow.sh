# shellcheck shell=sh
# Sourced by the bodies of base.users, which call `entry` for each user.

# entry USER [FILE]: prints a line of shadow(5); without a hash in the file no password opens the account.
entry() {
	hash='!'
	if [ $# -eq 2 ]; then
		if [ -r "$2" ] && read -r hash <"$2"; then
			:
		else
			log "no password for $1: cannot read $2"
			hash='!'
		fi
	fi
	# shellcheck disable=SC2016 # what a hash begins with
	case $hash in
	'$'*[:\ ]* | [!\$!]* | "")
		log "no password for $1: $2 holds no hash of crypt(5)"
		hash='!'
		;;
	esac
	printf '%s:%s:::::::\n' "$1" "$hash"
}

# write_shadow FUNCTION: the file of what the function prints, at once.
write_shadow() {
	umask 077
	"$1" >/run/shadow.new
	mv /run/shadow.new /run/shadow
}
