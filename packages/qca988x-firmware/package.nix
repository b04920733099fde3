/**
  Firmware of the radio chips QCA9880 and QCA9882: the files that its driver asks for, and no more.
*/
{ firmware, runCommand }:
runCommand "qca988x-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware"
  cd "$source"
  cp --parents --no-preserve=mode -t "$out/lib/firmware" \
    ath10k/QCA988X/hw2.0/board.bin \
    ath10k/QCA988X/hw2.0/firmware-5.bin
''
