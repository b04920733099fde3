# shellcheck shell=sh
# Insert or remove the modules of one loader. POSIX sh for busybox; the caller
# holds the lock of /run/modules, so that loaders which share a module do not
# cross each other.
#
# usage: kernel-modules.sh up|down FOLDER LOADER
#
# FOLDER/order lists `name file`, in the order of insertion. Who uses a module
# is marked by a file /run/modules/NAME/LOADER; the last mark to go removes it.
set -eu

action=$1
folder=$2
loader=$3
marks=/run/modules

# true while the kernel removes module $1; insmod waits for the end of that
going() {
    read -r state 2>/dev/null <"/sys/module/$1/initstate" && [ "$state" = going ]
}

up() {
    set --
    while read -r module _; do
        set -- "$@" "$marks/$module"
    done <"$folder/order"
    mkdir -p "$marks" "$@"
    while read -r module file; do
        : >"$marks/$module/$loader"
        if { ! [ -d "/sys/module/$module" ] || going "$module"; } && ! insmod "$folder/$file"; then
            echo "$loader: cannot insert $module; its errors are in the kernel log (dmesg)" >&2
            down || true
            return 1
        fi
    done <"$folder/order"
}

# true when FOLDER holds a file
marked() {
    for mark in "$1"/*; do
        [ -e "$mark" ] && return 0
    done
    return 1
}

down() {
    # What goes down for good takes them along.
    [ ! -e /run/services/shutdown ] || return 0
    reverse=
    set --
    while read -r module _; do
        reverse="$module $reverse"
        set -- "$@" "$marks/$module/$loader"
    done <"$folder/order"
    rm -f "$@"
    set --
    for module in $reverse; do
        if [ -d "/sys/module/$module" ] && ! marked "$marks/$module"; then
            set -- "$@" "$module"
        fi
    done
    [ $# -eq 0 ] || remove "$@"
}

# The kernel removes nf_conntrack only when no packet refers to a connection any
# more, and one may lie in a card without a cable, or be an error that a program
# has not read. Nothing ends that wait. So it is not for us: a session of its
# own, without the lock, which is one of these descriptors.
remove() {
    setsid rmmod "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    remover=$!
    looks=0
    while kill -0 "$remover" 2>/dev/null; do
        looks=$((looks + 1))
        if [ "$looks" -gt 150 ]; then
            # Of those that come after the one which it waits for, none goes.
            kill -KILL "$remover"
            for module in "$@"; do
                ! going "$module" || echo "$loader: $module is in use, and goes when it is not" >&2
            done
            return 0
        fi
        sleep 0.2
    done
    wait "$remover"
}

"$action"
