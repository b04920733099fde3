/**
  Firmware of the radio chip BCM43430 of a Raspberry Pi 3B, by the names that its driver asks for.
*/
{ firmware, runCommand }:
runCommand "brcmfmac43430-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware/brcm"
  cd "$out/lib/firmware/brcm"
  cp --no-preserve=mode "$source/cypress/cyfmac43430-sdio.bin" brcmfmac43430-sdio.bin
  cp --no-preserve=mode "$source/cypress/cyfmac43430-sdio.clm_blob" brcmfmac43430-sdio.clm_blob
  cp --no-preserve=mode -t . "$source/brcm/brcmfmac43430-sdio.raspberrypi,3-model-b.txt"
''
