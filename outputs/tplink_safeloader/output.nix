/**
  What the web page and the recovery page of a TP-Link router take: a directory
  with `firmware.bin` and `manifest.json`, which says where kernel and root will
  lie in the flash. Larger than the flash, `mtdimage` fails.

  A root that is written to finds the rest of its partition erased.

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
  board,
  buildPackages,
  flashPartitions,
  mtdimage,
  runCommand,
  softwareVersion,
  supportedProducts,
}:
runCommand "tplink-safeloader"
  {
    facts = builtins.toJSON {
      inherit flashPartitions softwareVersion supportedProducts;
      erases = board.root.type == "jffs2";
    };
    passAsFile = [ "facts" ];
    nativeBuildInputs = [ buildPackages.python3 ];
  }
  ''
    mkdir "$out"
    python3 ${./tplink-safeloader.py} "$factsPath" ${mtdimage}/firmware.bin \
      ${mtdimage}/manifest.json "$out/firmware.bin"
    cp ${mtdimage}/manifest.json "$out"
  ''
