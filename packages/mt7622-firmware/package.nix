/**
  Firmware of the radio in the MT7622: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "mt7622-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    mediatek/mt7622_n9.bin \
    mediatek/mt7622_rom_patch.bin
''
