/**
  The disk of a PC for a virtual machine: a directory with `disk.qcow2`, and
  the `manifest.json` of the disk in it.
*/
{
  buildPackages,
  gptimage,
  runCommand,
}:
runCommand "qcow2"
  {
    nativeBuildInputs = [ buildPackages.qemu-utils ];
  }
  ''
    mkdir "$out"
    qemu-img convert -f raw -O qcow2 ${gptimage}/disk.img "$out/disk.qcow2"
    cp ${gptimage}/manifest.json "$out"
  ''
