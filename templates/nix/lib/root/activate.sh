# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by activation.nix
# What preinit runs in a writable root, before init; only the store and /dev are there. PATH, `system` and
# `trial_seconds` are set above. Links in / are the marks: /activate leads to the confirmed system, which preinit
# starts; /trial to one that this boot tries; /init to the one whose files / has; /activating to one whose files may be
# there besides, because its activation has begun and not ended.
#
# The power may fail between any two lines:
#
# - A mark is replaced by a rename, which ext4, jffs2 and ubifs do whole or not at all: it is never absent or half.
# - /trial is gone from the disk before anything of the new system runs: whatever becomes of it, the next boot is the
#   confirmed system's.
# - /activating is on the disk before the first file of a system is. So at any moment /init and /activating name every
#   system whose files may be in /, and the next activation removes what is not its own.
# - /init changes when all files are there, and preinit starts it only after an activation that ended well: nobody
#   starts an init without its files. A cut before leaves the old /init, one behind it an /activating that says nothing
#   new.

say() {
	echo "liminix-gen: $*" >/dev/console
}

# mark NAME FILE: has a link in / lead to a file of this system.
mark() {
	rm -f "/$1.new"
	ln -s "$system/$2" "/$1.new" && mv -f "/$1.new" "/$1" && sync
}

# Once: whatever becomes of it, the next boot is without it.
try_another() {
	[ -L /trial ] || return 0
	next=$(readlink /trial)
	rm -f /trial
	sync
	# What cannot be written cannot be taken back either.
	if [ -L /trial ]; then
		say "the mark of the trial stays: ${next%/*} is not tried"
	elif [ -x "$next" ]; then
		say "trying ${next%/*}"
		exec "$next" trial
	else
		say "there is no ${next%/*} to try"
	fi
}

# The files of other systems that may be in / go. The configuration's own come, or are as they should be already: then
# nothing is written.
make_files() {
	status=0
	for link in /init /activating; do
		other=$(readlink "$link" 2>/dev/null) || continue
		other=${other%/*}
		if [ "$other" != "$system" ] && [ -r "$other/root.cpio" ]; then
			activate "$system/root.cpio" "$other/root.cpio" || status=1
		fi
	done
	# They come even where nobody can tell what another system had.
	activate "$system/root.cpio" || status=1
	return "$status"
}

confirmed() {
	[ "$(readlink /activate)" = "$system/activate" ]
}

# Ends the trial after a time without confirmation. A kernel that hangs cannot do that, nor can a shell that was
# killed: a watchdog does, which only runs as long as this loop writes to it.
watch_trial() {
	exec 3>/dev/null
	# Without `command` the shell would end where it cannot be opened.
	[ ! -c /dev/watchdog ] || command exec 3>/dev/watchdog
	seconds=0
	until confirmed; do
		if [ "$seconds" -ge "$trial_seconds" ]; then
			say "nobody has confirmed this system in $trial_seconds seconds: back to the one before"
			sync
			reboot -f
		fi
		printf . >&3
		sleep 1
		seconds=$((seconds + 1))
	done
	# Whoever closes a watchdog without this letter is taken for dead (watchdog-api.rst of the kernel).
	printf V >&3
}

[ "${1-}" = trial ] || try_another
active=$(readlink /init 2>/dev/null) || active=
[ "$active" = "$system/init" ] || [ -L /activating ] || mark activating activate
made=yes
make_files || made=no
# A system on trial that lacks files ends here: preinit restarts the board. The confirmed one is all there is.
if [ "$made" = no ]; then
	say "not all files of $system could be made"
	[ "${1-}" != trial ] || exit 1
fi
if [ "$active" != "$system/init" ] && ! mark init init; then
	say "/init could not be made to lead to $system"
	[ "${1-}" != trial ] || exit 1
fi
if [ -L /activating ]; then
	rm -f /activating
	sync
fi
if [ "${1-}" = trial ]; then
	watch_trial </dev/null >/dev/console 2>&1 &
fi
# Only a system on trial ends otherwise: preinit restarts the board for that.
exit 0
