/**
  Firmware of the radio in the MT7981: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "mt7981-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    mediatek/mt7981_rom_patch.bin \
    mediatek/mt7981_wa.bin \
    mediatek/mt7981_wm.bin
''
