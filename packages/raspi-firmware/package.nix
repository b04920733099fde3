/**
  What the graphics processor of a Raspberry Pi starts from, before the kernel: its small version,
  for a BCM2837 and, with a 4 in its name, for a BCM2711, which has a boot loader of its own.
*/
{ firmware, runCommand }:
runCommand "raspi-firmware" { source = firmware.raspi-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --no-preserve=mode -t "$out/lib/firmware" \
    bootcode.bin start_cd.elf fixup_cd.dat start4cd.elf fixup4cd.dat
''
