/**
  This project's changes to the kernels of MIPS, in the order in which they are
  applied. Each ARCH of kernels that have some has such a file.

  A change is one file; what it is for stands on top of it. Its lines must be
  found as they are: a patch that does not apply fails the build of the kernel
  by its name.

  # Type

  [ Path ]
*/
[
  ./mips-boot-loader-arguments.patch
  ./mips-kexec-device-tree.patch
  ./malta-device-tree.patch
  ./malta-level-interrupts.patch
  ./malta-time.patch
]
