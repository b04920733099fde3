/**
  U-Boot of boards with a SoC of Allwinner: a folder for each board, by Debian's names of them.
*/
{ firmware, runCommand }:
runCommand "u-boot-sunxi-firmware" { source = firmware.u-boot-sunxi; } ''
  mkdir -p "$out/lib"
  ln -s "$source" "$out/lib/firmware"
''
