/**
  Firmware of Airoha's 2.5 Gbit/s PHY EN8811H: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "en8811h-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    airoha/EthMD32.DSP.bin \
    airoha/EthMD32.dm.bin
''
