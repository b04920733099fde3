# A login on the console. Speed 0: as it is.
exec getty -L 0 "${device#/dev/}" "${TERM:-vt100}"
