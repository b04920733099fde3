/**
  Our own changes to the kernel, in the order in which they are applied.

  A change is one file of this folder; what it is for stands on top of it. Its
  lines must be found as they are: a patch that does not apply fails the build
  of the kernel by its name.

  # Attributes of an entry

  `name`
  : the file

  `architectures`
  : ARCH of the kernels it is for

  # Type

  [ { name, architectures } ]
*/
[
  {
    name = "mips-boot-loader-arguments.patch";
    architectures = [ "mips" ];
  }
  {
    name = "mips-kexec-device-tree.patch";
    architectures = [ "mips" ];
  }
  {
    name = "malta-device-tree.patch";
    architectures = [ "mips" ];
  }
]
