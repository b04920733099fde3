# shellcheck shell=sh
# passwd [USER]: asks for a new password, and keeps its hash in the file that the configuration names for the user.
# What a program is given as words is there for all to read, so the password goes through a pipe.
set -eu

hashes=/etc/password-hashes
user=${1:-$(id -un)}

fail() {
	echo "passwd: $*" >&2
	exit 1
}

file=
while read -r name place; do
	[ "$name" != "$user" ] || file=$place
done <"$hashes"
[ -n "$file" ] || fail "the configuration names no file for the password of $user (User.password_hash)"
[ "$(id -u)" -eq 0 ] || fail "only root can change passwords"

ask() {
	printf '%s: ' "$1" >&2
	# shellcheck disable=SC3045 # what ash has
	IFS= read -rs answer || fail "no password was given"
	echo >&2
}

ask "New password of $user"
password=$answer
[ -n "$password" ] || fail "an empty password opens nothing"
ask "Once more"
[ "$answer" = "$password" ] || fail "these are two passwords; nothing was changed"

umask 077
hash=$(printf '%s\n' "$password" | mkpasswd -m sha512 -P 0)
# shellcheck disable=SC2016 # what a hash of SHA-512 begins with
case $hash in
'$6$'*) ;;
*) fail "the password cannot be hashed" ;;
esac
mkdir -p "${file%/*}" 2>/dev/null || :
echo "$hash" 2>/dev/null >"$file.new" || fail "cannot write $file"
sync
mv -f "$file.new" "$file"

while IFS= read -r line; do
	case $line in
	"$user:"*) line=$user:$hash::::::: ;;
	esac
	printf '%s\n' "$line"
done </etc/shadow >/run/shadow.new
mv -f /run/shadow.new /run/shadow
echo "passwd: $user has a new password" >&2
