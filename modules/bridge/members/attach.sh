#!/bin/sh
# attach.sh BRIDGE PORT [PROGRAM VLANS] yes|no: the port's link runs, or not.
set -eu
bridge=$1 port=$2
case $# in
3) program='' vlans='' state=$3 ;;
*) program=$3 vlans=$4 state=$5 ;;
esac
case $state in
yes)
	ip link set dev "$port" master "$bridge"
	# Until then it is in no VLAN.
	[ -z "$program" ] || exec "$program" "$port" port "$vlans"
	;;
no) exec ip link set dev "$port" nomaster ;;
esac
