/**
  Firmware of the radio chip BCM43430 of a Raspberry Pi 3B, by the names that its driver asks for.
*/
{ firmware, runCommand }:
runCommand "brcmfmac43430-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware/brcm"
  cd "$out/lib/firmware/brcm"
  for kind in bin clm_blob; do
    cp --no-preserve=mode "$source/cypress/cyfmac43430-sdio.$kind" "brcmfmac43430-sdio.$kind"
  done
  cp --no-preserve=mode -t . "$source/brcm/brcmfmac43430-sdio.raspberrypi,3-model-b.txt"
''
