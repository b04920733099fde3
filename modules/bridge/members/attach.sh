#!/bin/sh
# attach.sh BRIDGE PORT yes|no: the port's link runs, or not.
case $3 in
yes) exec ip link set dev "$2" master "$1" ;;
no) exec ip link set dev "$2" nomaster ;;
esac
