/**
  What U-Boot starts from memory, without a byte written to flash: a directory
  to be served by TFTP, with `kernel`, `rootfs`, perhaps `device-tree.dtb`, the
  script that fetches and starts them as text (`boot.cmd`) and for U-Boot's
  `source` (`boot.scr.uimg`), and `manifest.json`.

  The root is a squashfs in memory, an MTD partition of the kernel (phram). The
  device tree reserves its place: the board's own, which is in the kernel's
  file, or the one that the boot loader has, which the script changes. What
  overlaps, fails.

  # Inputs

  `board`
  : `tftp`: where the parts go; `boot`: the form of the kernel, and
    `boot.treeVariable` if the boot loader has the device tree

  `commandLine`
  : the kernel's; the words for this root come after it
*/
{
  board,
  buildPackages,
  commandLine,
  hardware,
  kernel,
  lib,
  runCommand,
  scripts,
  squashfs,
  kernel-image ? null,
}:
let
  raw = board.boot.format == "raw";

  layout = builtins.toJSON {
    device = board.name;
    inherit (kernel) architecture;
    inherit commandLine;
    inherit (board) boot tftp;
  };

  # The boot loader has its own tree.
  device-tree =
    if board.boot ? treeVariable then
      "/dev/null"
    else
      runCommand "device-tree.dtb"
        {
          inherit layout;
          passAsFile = [ "layout" ];
          nativeBuildInputs = [
            buildPackages.dtc
            buildPackages.python3
          ];
        }
        ''
          python3 ${scripts.boot-tree} "$layoutPath" ${hardware}/board.dtb ${squashfs}
          cp device-tree.dtb "$out"
        '';

  file =
    if raw then "${kernel}/kernel" else kernel-image.override { inherit device-tree; };
in
runCommand "tftpboot"
  {
    inherit layout;
    passAsFile = [ "layout" ];
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.python3
      buildPackages.ubootTools
    ];
  }
  ''
    mkdir made
    cd made
    python3 ${scripts.boot-memory} "$layoutPath" ${kernel}/kernel ${file} ${squashfs} ${device-tree}
    mkimage -A ${kernel.architecture} -T script -C none -n "${board.name}" -d boot.cmd boot.scr.uimg
    cp -r . "$out"
  ''
