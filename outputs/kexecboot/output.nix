/**
  What `liminix-gen kexec` starts on a board that runs: a directory with
  `kernel.elf`, which is the kernel and the root, `device-tree.dtb`, and
  `manifest.json`.

  The root is a squashfs in memory, an MTD partition of the new kernel (phram).
  The device tree reserves its place, and has the command line.

  # Inputs

  `commandLine`
  : the kernel's; what it says of the root does not count here

  `ramBytes`
  : the memory that the kernel may use, from address 0

  `rootAddress`
  : where the root goes, a physical address such as "0x04000000"
*/
{
  board,
  buildPackages,
  commandLine,
  hardware,
  kernel,
  ramBytes,
  rootAddress,
  runCommand,
  scripts,
  squashfs,
}:
runCommand "kexecboot"
  {
    layout = builtins.toJSON {
      device = board.name;
      inherit commandLine ramBytes rootAddress;
    };
    passAsFile = [ "layout" ];
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.python3
    ];
  }
  ''
    python3 ${scripts.kexec-image} "$layoutPath" ${kernel}/kernel ${hardware}/board.dtb ${squashfs}
    mkdir "$out"
    mv kernel.elf device-tree.dtb manifest.json "$out"
  ''
