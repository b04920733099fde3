/**
  What the web page and the recovery page of a TP-Link router take: a directory
  with `firmware.bin` and `manifest.json`, which says where kernel and root will
  lie in the flash. Larger than the flash, `mtdimage` fails.

  # Inputs

  `supportedBoard`
  : the board's name in tplink-safeloader of OpenWrt's firmware-utils, such as
    "ARCHER-AX23-V1"
*/
{
  buildPackages,
  kernel-image,
  mtdimage,
  runCommand,
  squashfs,
  supportedBoard,
}:
# What it writes as its time is SOURCE_DATE_EPOCH, which every builder has.
runCommand "tplink-safeloader"
  {
    nativeBuildInputs = [ buildPackages.firmware-utils ];
  }
  ''
    tplink-safeloader -B ${supportedBoard} -k ${kernel-image} -r ${squashfs} -o firmware.bin
    mkdir "$out"
    mv firmware.bin "$out"
    cp ${mtdimage}/manifest.json "$out"
  ''
