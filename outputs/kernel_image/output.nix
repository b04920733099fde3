/**
  The kernel in the form that the board's boot loader takes: one file.

  - "uimage": U-Boot's legacy image of the kernel with the device tree appended
    to it, as LZMA. The kernel has MIPS_RAW_APPENDED_DTB.
  - "fit": a flattened image tree of both, the kernel as LZMA; data lies behind
    the tree. Its configuration has the name config-1, which some boards ask
    for.
  - "elf": the kernel as it is, with the device tree in the section that it
    keeps for one. The kernel has MIPS_ELF_APPENDED_DTB.

  # Inputs

  `board`
  : `boot.format`; `boot.load` and `boot.entry`, the addresses, as text, which
    an ELF file says itself; `boot.alignmentBytes` of the parts of a FIT image,
    if the board needs one

  `kernel`
  : a raw binary (`arch/mips/boot/vmlinux.bin`, `arch/arm64/boot/Image`), or for
    "elf" an ELF file (`vmlinux`), with `architecture`
*/
{
  board,
  buildPackages,
  device-tree,
  kernel,
  lib,
  runCommand,
  stdenv,
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

  elf = format == "elf";

  objcopy = "${stdenv.cc.targetPrefix}objcopy";

  packed = {
    # objcopy would let a larger tree run over what lies behind the section.
    elf = ''
      ${objcopy} -O binary --only-section=.appended_dtb ${kernel}/kernel room
      if [ "$(stat -Lc %s ${device-tree})" -gt "$(stat -c %s room)" ]; then
        echo "${board.name}: the device tree has $(stat -Lc %s ${device-tree}) bytes, and the" \
          "kernel's section for it, .appended_dtb, has $(stat -c %s room); without" \
          "MIPS_ELF_APPENDED_DTB there is none" >&2
        exit 1
      fi
      ${objcopy} --update-section .appended_dtb=${device-tree} ${kernel}/kernel image
    '';
    fit = ''
      python3 ${./lzma-alone.py} ${kernel}/kernel kernel.lzma
      cp ${device-tree} device-tree.dtb
      mkimage -f "$imageTreePath" -E ${alignment} image
      mkimage -l image
    '';
    uimage = ''
      cat ${kernel}/kernel ${device-tree} >kernel
      python3 ${./lzma-alone.py} kernel kernel.lzma
      mkimage -A ${kernel.architecture} -O linux -T kernel -C lzma -a ${load} -e ${entry} \
        -n "${kernel.name}" -d kernel.lzma image
      mkimage -l image
    '';
  };

  mismatch =
    if elf then
      "the kernel is no ELF file, and the boot loader takes one; the board's kernel should have the image vmlinux"
    else
      "the kernel is an ELF file, and the boot loader takes a raw binary; the board's kernel should have another image, such as arch/mips/boot/vmlinux.bin";
in
# What mkimage writes as its time is SOURCE_DATE_EPOCH, which every builder has.
runCommand "kernel-image"
  (
    {
      nativeBuildInputs =
        if elf then
          [ stdenv.cc ]
        else
          [
            buildPackages.dtc
            buildPackages.python3
            buildPackages.ubootTools
          ];
    }
    // lib.optionalAttrs (format == "fit") {
      inherit imageTree;
      passAsFile = [ "imageTree" ];
    }
  )
  ''
    if [ "$(head -c 4 ${kernel}/kernel | tail -c 3)" ${if elf then "!=" else "="} ELF ]; then
      echo "${board.name}: ${mismatch}" >&2
      exit 1
    fi
    ${packed.${format}}
    cp image "$out"
  ''
