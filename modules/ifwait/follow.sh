#!/bin/sh
# follow.sh PROGRAM NAME... yes|no: starts the services of these names, or stops them.
set -eu
manager=$1
shift
names=
while [ $# -gt 1 ]; do
	names="$names $1"
	shift
done
case $1 in
yes) verb=start ;;
no) verb=stop ;;
esac
# shellcheck disable=SC2086
exec "$manager" "$verb" -c $names
