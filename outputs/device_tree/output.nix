/**
  The board's device tree with the kernel's command line in /chosen: one file.

  Another command line makes this again, never the kernel.

  # Inputs

  `board`
  : `boot.bootargs` is the property that takes the command line; without it,
    "bootargs"

  `commandLine`
  : the kernel's
*/
{
  board,
  buildPackages,
  commandLine,
  hardware,
  runCommand,
}:
runCommand "device-tree.dtb"
  {
    inherit commandLine;
    property = board.boot.bootargs or "bootargs";
    nativeBuildInputs = [ buildPackages.dtc ];
  }
  ''
    cp --no-preserve=mode ${hardware}/board.dtb tree.dtb
    fdtput -p -t s tree.dtb /chosen "$property" "$commandLine"
    cp tree.dtb "$out"
  ''
