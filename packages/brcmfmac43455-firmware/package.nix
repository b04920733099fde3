/**
  Firmware of the radio chip BCM43455 of a Raspberry Pi 4B and a Compute Module 4, which have the
  same settings, by the names that its driver asks for.
*/
{ firmware, runCommand }:
runCommand "brcmfmac43455-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware/brcm"
  cd "$out/lib/firmware/brcm"
  for kind in bin clm_blob; do
    cp --no-preserve=mode "$source/cypress/cyfmac43455-sdio.$kind" "brcmfmac43455-sdio.$kind"
  done
  for board in 4-model-b 4-compute-module; do
    cp --no-preserve=mode "$source/brcm/brcmfmac43455-sdio.raspberrypi,4-model-b.txt" \
      "brcmfmac43455-sdio.raspberrypi,$board.txt"
  done
''
