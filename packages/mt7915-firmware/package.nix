/**
  Firmware of the radio chip MT7915, also as MT7905: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "mt7915-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    mediatek/mt7915_rom_patch.bin \
    mediatek/mt7915_wa.bin \
    mediatek/mt7915_wm.bin
''
