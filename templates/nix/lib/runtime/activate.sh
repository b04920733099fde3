# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by activation.nix
# What preinit runs in a root that can be written, before init; only the store and /dev are there. PATH, `system` and
# `trial_seconds` are set above. Links in / are the marks: /activate leads to the confirmed system, which preinit
# starts; /trial to one that this boot tries; /init to the one whose files / has; /activating to one whose files may be
# there besides, because its activation has begun and not ended.
#
# The power may fail between any two lines. A mark is replaced by a rename, so it is never absent; and until the end of
# an activation /init and /activating name every system whose files may be in /, so the next one removes them all.

say() {
	echo "liminix-gen: $*" >/dev/console
}

# mark NAME FILE: has a link in / lead to a file of this system.
mark() {
	rm -f "/$1.new"
	ln -s "$system/$2" "/$1.new"
	mv -f "/$1.new" "/$1"
	sync
}

# Once: whatever becomes of it, the next boot is without it.
try_another() {
	[ -L /trial ] || return 0
	next=$(readlink /trial)
	rm -f /trial
	sync
	if [ -x "$next" ]; then
		say "trying ${next%/*}"
		exec "$next" trial
	fi
	say "there is no ${next%/*} to try"
}

# The files of other systems that may be in / go. The configuration's own come, or are as they should be already: then
# nothing is written.
make_files() {
	status=0
	for link in /init /activating; do
		other=$(readlink "$link" 2>/dev/null) || other=
		other=${other%/*}
		if [ -n "$other" ] && [ "$other" != "$system" ] && [ -r "$other/root.cpio" ]; then
			activate "$system/root.cpio" "$other/root.cpio" || status=1
			found=yes
		fi
	done
	[ -n "${found-}" ] || activate "$system/root.cpio" || status=1
	return "$status"
}

confirmed() {
	[ "$(readlink /activate)" = "$system/activate" ]
}

# Ends the trial after a time without confirmation. A kernel that hangs cannot do that: a watchdog does, which only
# runs as long as this feeds it.
watch_trial() {
	dog=
	if [ -c /dev/watchdog ]; then
		watchdog -F -T 60 -t 10 /dev/watchdog &
		dog=$!
	fi
	seconds=0
	until confirmed; do
		if [ "$seconds" -ge "$trial_seconds" ]; then
			say "nobody has confirmed this system in $trial_seconds seconds: back to the one before"
			sync
			reboot -f
		fi
		sleep 1
		seconds=$((seconds + 1))
	done
	# It takes its leave of the watchdog.
	[ -z "$dog" ] || kill "$dog"
}

if [ "${1-}" != trial ]; then
	try_another
fi
active=$(readlink /init 2>/dev/null) || active=
if [ "$active" != "$system/init" ] && [ ! -L /activating ]; then
	mark activating activate
fi
if ! make_files; then
	say "not all files of $system could be made"
	# A system on trial ends here: preinit restarts the board. The confirmed one is all there is.
	[ "${1-}" != trial ] || exit 1
fi
if [ "$active" != "$system/init" ]; then
	mark init init
fi
if [ -L /activating ]; then
	rm -f /activating
	sync
fi
if [ "${1-}" = trial ]; then
	watch_trial </dev/null >/dev/console 2>&1 &
fi
