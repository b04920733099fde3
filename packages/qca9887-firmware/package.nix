/**
  Firmware of the radio chip QCA9887: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "qca9887-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    ath10k/QCA9887/hw1.0/board.bin \
    ath10k/QCA9887/hw1.0/firmware-5.bin
''
