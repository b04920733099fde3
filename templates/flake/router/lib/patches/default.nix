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

  `from`
  : the first version it is for; null: all before `until`

  `until`
  : the first version that it is no longer for; null: all since `from`

  # Type

  [ { name, architectures, from, until } ]
*/
[
  {
    name = "mips-boot-loader-arguments.patch";
    architectures = [ "mips" ];
    from = "6.1";
    until = null;
  }
  {
    name = "mips-kexec-device-tree.patch";
    architectures = [ "mips" ];
    from = "6.1";
    until = null;
  }
  {
    name = "malta-device-tree.patch";
    architectures = [ "mips" ];
    from = "6.1";
    until = null;
  }
  {
    name = "phram-device-tree.patch";
    architectures = [
      "arm"
      "arm64"
      "mips"
    ];
    from = "5.10";
    until = "5.19";
  }
]
