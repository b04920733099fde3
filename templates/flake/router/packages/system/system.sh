# shellcheck shell=sh
# The device's side of `liminix-gen update` and `liminix-gen kexec`; docs/updating.md says what each command reads and
# prints. A root that can be updated has three links in /: /init leads to the active system, /activate to the confirmed
# one, which boots, and /trial, when it is there, to one that the next boot tries once. A link is replaced at once, so
# there is no moment without one.
#
# A store path is whole or absent. What arrives is unpacked beside the store and moved into it when all of it is on the
# disk; what goes is moved out of it before it is taken apart. The power may fail between any two lines.

set -eu
# A connection that is lost takes the reader of these messages with it: what is to be done then is done all the same.
trap '' PIPE
root=${SYSTEM_ROOT-}
store=/nix/store

fail() {
	printf 'system: %s\n' "$*" >&2
	exit 1
}

# marked NAME: prints the system that a link in / leads to, if there is one.
marked() {
	if [ -L "$root/$1" ]; then
		marked_target=$(readlink "$root/$1")
		printf '%s\n' "${marked_target%/*}"
	fi
}

# mark NAME SYSTEM: has a link in / lead to a system.
mark() {
	rm -f "$root/$1.new"
	ln -s "$2/activate" "$root/$1.new"
	mv -f "$root/$1.new" "$root/$1"
	sync
}

present() {
	[ -e "$root$1" ] || [ -L "$root$1" ]
}

yes_or_no() {
	if "$@"; then echo yes; else echo no; fi
}

print_free() {
	# shellcheck disable=SC2046
	set -- $(stat -f -c '%a %S' "$root/")
	echo "free-bytes=$(($1 * $2))"
}

refuse_read_only() {
	[ -L "$root/activate" ] || fail "this root cannot be updated"
}

print_facts() {
	echo protocol=1
	if [ -L "$root/activate" ]; then
		cat "$root/etc/liminix-system"
		echo "active=$(marked init)"
		echo "confirmed=$(marked activate)"
		echo "trial=$(marked trial)"
	else
		# An image that was started from memory is not on the root that its configuration names.
		grep -v '^root=' "$root/etc/liminix-system"
		line=unknown
		while read -r _ place type _; do
			[ "$place" != / ] || line=$type
		done </proc/mounts
		echo "root=$line"
	fi
	read -r line </proc/sys/kernel/random/boot_id
	echo "boot=$line"
	read -r line </proc/cmdline
	case " $line " in
	*" liminix.image="*)
		line=${line##*liminix.image=}
		echo "image=${line%% *}"
		;;
	esac
	while read -r key value _; do
		case $key in MemAvailable:) echo "memory-available=$((value * 1024))" ;; esac
	done </proc/meminfo
	print_free
	echo "watchdog=$(yes_or_no [ -c /dev/watchdog ])"
	echo "kexec=$(yes_or_no [ -e /sys/kernel/kexec_loaded -a -x "$root/bin/kexec" ])"
}

# Standard input is what the next system needs; that, the confirmed system and the active one are kept.
collect() {
	refuse_read_only
	rm -rf "$root/nix/incoming" "$root/nix/removed"
	# It may lead to something that goes now.
	rm -f "$root/trial"
	sync
	lists=$root/run/system-collect.$$
	trap 'rm -rf "$lists"' EXIT
	mkdir "$lists"
	cat >"$lists/asked"
	cp "$lists/asked" "$lists/kept"
	for system in "$(marked activate)" "$(marked init)"; do
		{
			echo "$system"
			cat "$root$system/store-paths"
		} >>"$lists/kept"
	done
	for path in "$root$store"/*; do
		echo "$store/${path##*/}"
	done >"$lists/there"
	grep -v -x -F -f "$lists/kept" "$lists/there" >"$lists/removed" || :
	mkdir "$root/nix/removed"
	while read -r path; do
		mv "$root$path" "$root/nix/removed/"
	done <"$lists/removed"
	sync
	rm -rf "$root/nix/removed"
	while read -r path; do
		present "$path" || echo "missing=$path"
	done <"$lists/asked"
	print_free
}

# Standard input is a tar archive of store paths. Its last member is the list of them: without that it was cut off.
receive() {
	refuse_read_only
	# What a lost connection or a power cut has left. Whoever still unpacks there finds it gone, and fails.
	rm -rf "$root/nix/incoming"
	incoming=$root/nix/incoming/$$
	trap 'rm -rf "$incoming"; rmdir "$root/nix/incoming" 2>/dev/null || :' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir -p "$incoming"
	tar -x -p -f - -C "$incoming" || fail "the store paths could not be unpacked"
	[ -s "$incoming/list" ] || fail "the connection ended before all store paths had come"
	while read -r path; do
		[ -e "$incoming$path" ] || [ -L "$incoming$path" ] || fail "$path is on the list, and has not come"
	done <"$incoming/list"
	sync
	while read -r path; do
		present "$path" || mv "$incoming$path" "$root$store/"
	done <"$incoming/list"
	sync
}

try() {
	refuse_read_only
	[ "$(marked init)" = "$(marked activate)" ] || fail "the system that runs is itself on trial"
	[ -x "$root$1/activate" ] || fail "$1 is not a system, or not here"
	while read -r path; do
		present "$path" || fail "$1 needs $path, which is not here"
	done <"$root$1/store-paths"
	mark trial "$1"
}

confirm() {
	refuse_read_only
	mark activate "$(marked init)"
}

# Standard input is a tar archive: an ELF file, a device tree, and their hashes at the end. What is loaded is what
# `reboot` starts (finish.sh).
load() {
	[ -e /sys/kernel/kexec_loaded ] || fail "this kernel lacks KEXEC"
	folder=$root/run/kexec
	rm -rf "$folder"
	loaded=
	trap 'rm -rf "$folder"; [ -n "$loaded" ] || "$root/bin/kexec" -u 2>/dev/null || :' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$folder"
	cd "$folder"
	tar -x -f - || fail "the image could not be unpacked"
	[ -s sums ] || fail "the connection ended before all of the image had come"
	sha256sum -c -s sums || fail "the image was damaged on its way"
	"$root/bin/kexec" -l kernel.elf --dtb=device-tree.dtb || fail "kexec did not take the image"
	loaded=yes
}

case $#:${1-} in
1:facts) print_facts ;;
1:collect) collect ;;
1:receive) receive ;;
2:try) try "$2" ;;
1:confirm) confirm ;;
1:load) load ;;
*)
	echo "usage: system facts | collect <PATHS | receive <ARCHIVE | try PATH | confirm | load <ARCHIVE" >&2
	exit 2
	;;
esac
