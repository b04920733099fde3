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

up() {
    set --
    while read -r module _; do
        set -- "$@" "$marks/$module"
    done <"$folder/order"
    mkdir -p "$marks" "$@"
    while read -r module file; do
        : >"$marks/$module/$loader"
        if ! [ -d "/sys/module/$module" ] && ! insmod "$folder/$file"; then
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
    [ $# -eq 0 ] || rmmod "$@"
}

"$action"
