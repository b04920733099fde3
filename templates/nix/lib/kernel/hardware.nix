/**
  What of a kernel is one board's: its device tree, and the check that the
  kernel drives what is in it (python/hardware.py). An image that needs the tree
  is not made where the check fails.

  # Inputs

  `pkgs`
  : a package set (interface.nix)

  `kernel`
  : the kernel's derivation (kernel.nix)

  `deviceTree`
  : the board's, as the kernel names it below boot/dts: "ralink/mt7621-x.dtb".
    OpenWrt's have the folder of their maker too

  `source`
  : a device tree of the board's own, "mt7621-x.dts", which includes others as
    if it lay in that folder

  `attached`, `leftOut`, `modules`, `undriven`
  : what python/hardware.py is told of the board

  # Output

  A folder with `board.dtb` and `hardware.json`, which says of each node who
  drives it.

  # Type

  { pkgs } -> { kernel, deviceTree, attached, ... } -> Derivation

  # Example

  ```nix
  import ./hardware.nix { inherit pkgs; } {
    inherit kernel;
    deviceTree = "mti/malta.dtb";
    undriven = { "mti,malta-lcd" = "eight characters on a board of QEMU"; };
  }
  ```
*/
{
  pkgs,
}:
{
  kernel,
  deviceTree,
  attached ? [ ],
  leftOut ? [ ],
  modules ? [ ],
  source ? null,
  undriven ? { },
}:
let
  inherit (pkgs) buildPackages lib runCommand;
  folder = "arch/${kernel.architecture}/boot/dts/${dirOf deviceTree}";
  name = lib.removeSuffix ".dtb" (baseNameOf deviceTree);
in
runCommand "hardware-${name}"
  {
    spec = builtins.toJSON {
      inherit
        attached
        leftOut
        modules
        undriven
        ;
    };
    passAsFile = [ "spec" ];
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.python3
      buildPackages.stdenv.cc
      buildPackages.xz
    ];
  }
  ''
    xz -dc ${kernel.trees} | tar x
    # The archive has but a link to the numbers of keys. The C library has the same file.
    mkdir -p include/uapi/linux
    echo '#include <linux/input-event-codes.h>' | gcc -E -dM - |
      grep -E '^#define (ABS|BTN|EV|KEY|LED|MSC|REL|REP|SND|SW|SYN)_' \
        >include/uapi/linux/input-event-codes.h
    mkdir -p ${folder}
    if [ -d openwrt ]; then
      cp openwrt/* ${folder}
    fi
    ${lib.optionalString (source != null) "cp ${source} ${folder}/${name}.dts"}
    if [ ! -e ${folder}/${name}.dts ]; then
      echo "this kernel has no device tree ${deviceTree}" >&2
      exit 1
    fi
    mkdir "$out"
    # As scripts/Makefile.lib of the kernel does it. Its makers read what dtc warns of.
    gcc -E -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I scripts/dtc/include-prefixes \
      -o tree.dts ${folder}/${name}.dts
    dtc -q -I dts -O dtb -b 0 -i ${folder} -i scripts/dtc/include-prefixes -o "$out/board.dtb" tree.dts
    python3 ${import ../python.nix ../python/hardware.py} \
      "$specPath" "$out/board.dtb" ${kernel.drivers} ${kernel.config} ${kernel.modules} \
      "$out/hardware.json"
  ''
