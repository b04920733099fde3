# shellcheck shell=sh disable=SC2034
# For ../addresses.sh: an address of the lease is one of the interface. Its network is not on the link (RFC 8415 section
# 18.2.10.1).
length=128
absent="no address is leased"

place() {
	address=$1
}

route() {
	route=$1
}
