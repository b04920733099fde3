/**
  Firmware of the radio chip BCM43455 of a Raspberry Pi 4B and a Compute Module 4, which have the
  same settings, by the names that its driver asks for.
*/
{ firmware, runCommand }:
runCommand "brcmfmac43455-firmware" { source = firmware.linux-firmware; } ''
  mkdir -p "$out/lib/firmware/brcm"
  cd "$out/lib/firmware/brcm"
  cp --no-preserve=mode "$source/cypress/cyfmac43455-sdio.bin" brcmfmac43455-sdio.bin
  cp --no-preserve=mode "$source/cypress/cyfmac43455-sdio.clm_blob" brcmfmac43455-sdio.clm_blob
  settings="$source/brcm/brcmfmac43455-sdio.raspberrypi,4-model-b.txt"
  cp --no-preserve=mode -t . "$settings"
  cp --no-preserve=mode "$settings" brcmfmac43455-sdio.raspberrypi,4-compute-module.txt
''
