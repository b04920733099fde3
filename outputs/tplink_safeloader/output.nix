/**
  What the web page and the recovery page of a TP-Link router take: a directory
  with `firmware.bin` and `manifest.json`, which says where kernel and root will
  lie in the flash. Larger than the flash, `mtdimage` fails.

  # Inputs

  `flashPartitions`
  : those of the flash, as the vendor's own table lists them, with `firmware`
    for kernel and root: "NAME BASE SIZE; ..."

  `softwareVersion`
  : the version that it is taken for: "3.0.3"

  `supportedProducts`
  : which routers may take it: "NAME, VERSION, ID; ..."
*/
{
  buildPackages,
  flashPartitions,
  mtdimage,
  runCommand,
  softwareVersion,
  supportedProducts,
}:
runCommand "tplink-safeloader"
  {
    facts = builtins.toJSON { inherit flashPartitions softwareVersion supportedProducts; };
    passAsFile = [ "facts" ];
    nativeBuildInputs = [ buildPackages.python3 ];
  }
  ''
    mkdir "$out"
    python3 ${./tplink-safeloader.py} "$factsPath" ${mtdimage}/firmware.bin \
      ${mtdimage}/manifest.json "$out/firmware.bin"
    cp ${mtdimage}/manifest.json "$out"
  ''
