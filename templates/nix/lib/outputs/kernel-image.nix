/**
  The kernel in the form that the board's boot loader takes: one file.

  - "uimage": U-Boot's legacy image of the kernel with the device tree appended
    to it, as LZMA. The kernel has MIPS_RAW_APPENDED_DTB.
  - "fit": a flattened image tree of both, the kernel as LZMA; data lies behind
    the tree. Its configuration has the name config-1, which some boards ask
    for.

  # Inputs

  `board`
  : `boot.format`; `boot.load` and `boot.entry`, the addresses, as text;
    `boot.alignmentBytes` of the parts of a FIT image, where the board needs one

  `kernel`
  : a raw binary (`arch/mips/boot/vmlinux.bin`, `arch/arm64/boot/Image`), with
    `architecture`
*/
{
  board,
  buildPackages,
  device-tree,
  kernel,
  lib,
  runCommand,
}:
let
  inherit (board.boot) entry format load;

  # mkimage reads it as hex.
  alignment = lib.optionalString (
    board.boot ? alignmentBytes
  ) ''-B "$(printf %x ${toString board.boot.alignmentBytes})"'';

  imageTree = ''
    /dts-v1/;

    / {
      description = "${board.name}";
      #address-cells = <1>;

      images {
        kernel-1 {
          description = "Linux";
          data = /incbin/("kernel.lzma");
          type = "kernel";
          arch = "${kernel.architecture}";
          os = "linux";
          compression = "lzma";
          load = <${load}>;
          entry = <${entry}>;

          hash-1 {
            algo = "crc32";
          };

          hash-2 {
            algo = "sha1";
          };
        };

        fdt-1 {
          description = "device tree";
          data = /incbin/("device-tree.dtb");
          type = "flat_dt";
          arch = "${kernel.architecture}";
          compression = "none";

          hash-1 {
            algo = "crc32";
          };

          hash-2 {
            algo = "sha1";
          };
        };
      };

      configurations {
        default = "config-1";

        config-1 {
          description = "${board.name}";
          kernel = "kernel-1";
          fdt = "fdt-1";
        };
      };
    };
  '';

  packed = {
    fit = ''
      python3 ${../lzma-alone.py} ${kernel}/kernel kernel.lzma
      cp ${device-tree} device-tree.dtb
      mkimage -f "$imageTreePath" -E ${alignment} image
    '';
    uimage = ''
      cat ${kernel}/kernel ${device-tree} >kernel
      python3 ${../lzma-alone.py} kernel kernel.lzma
      mkimage -A ${kernel.architecture} -O linux -T kernel -C lzma -a ${load} -e ${entry} \
        -n "${kernel.name}" -d kernel.lzma image
    '';
  };
in
# What mkimage writes as its time is SOURCE_DATE_EPOCH, which every builder has.
runCommand "kernel-image"
  {
    inherit imageTree;
    passAsFile = [ "imageTree" ];
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.python3
      buildPackages.ubootTools
    ];
  }
  ''
    if [ "$(head -c 4 ${kernel}/kernel | tail -c 3)" = ELF ]; then
      echo "${board.name}: the kernel is an ELF file, and the boot loader takes a raw binary;" \
        "the board's kernel should have another image, such as arch/mips/boot/vmlinux.bin" >&2
      exit 1
    fi
    ${packed.${format}}
    mkimage -l image
    cp image "$out"
  ''
