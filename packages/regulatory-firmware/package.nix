/**
  The database of what radios may do where (wireless-regdb), as its authors compiled it.
*/
{ firmware, runCommand }:
runCommand "regulatory-firmware" { source = firmware."regulatory.db"; } ''
  mkdir -p "$out/lib/firmware"
  cp "$source" "$out/lib/firmware/regulatory.db"
''
