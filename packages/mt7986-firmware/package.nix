/**
  Firmware of the radio in the MT7986 with two MT7975, and the calibration for boards that have
  none of their own: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "mt7986-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    mediatek/mt7986_eeprom_mt7975_dual.bin \
    mediatek/mt7986_rom_patch_mt7975.bin \
    mediatek/mt7986_wa.bin \
    mediatek/mt7986_wm_mt7975.bin
''
