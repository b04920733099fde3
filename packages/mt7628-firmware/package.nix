/**
  Firmware of the radio in the MT7628. linux-firmware has none; the file is from OpenWrt's mt76.
*/
{ firmware, runCommand }:
runCommand "mt7628-firmware" { source = firmware."mt7628_e2.bin"; } ''
  mkdir -p "$out/lib/firmware"
  cp "$source" "$out/lib/firmware/mt7628_e2.bin"
''
