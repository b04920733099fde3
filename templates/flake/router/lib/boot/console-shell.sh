# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# A shell on the console, started again when it ends.
export HOME=/root TERM="${TERM:-vt100}"
cd "$HOME" 2>/dev/null || cd /
exec <>"$device" >&0 2>&1
# A serial line does not know how large the terminal is. `liminix-gen run` says it on the kernel's command line.
[ -z "${COLUMNS-}" ] || [ -z "${LINES-}" ] || stty cols "$COLUMNS" rows "$LINES"
unset COLUMNS LINES

# Whether serviced has said on the console how the boot went; that is the second word of its marks.
over() {
	announced=
	read -r _ announced _ 2>/dev/null </run/services/marks
	[ "$announced" = 1 ]
}

# A prompt before that would be lost among messages, and have no host name.
if ! over; then
	echo "liminix-gen: Enter gives a shell before all services are ready"
	waited=0
	# shellcheck disable=SC3045 # busybox has -t
	until over || [ "$waited" -ge 60 ] || read -r -t 1 _; do
		waited=$((waited + 1))
	done
fi
echo
cat /etc/motd 2>/dev/null
# cttyhack makes it the controlling terminal, also when the shell before left it behind.
exec cttyhack sh -l
