/**
  The outputs kernel-image and tftpboot of a board whose boot loader takes an ELF
  file, with a kernel and a root of a few bytes.

  # Inputs

  `tree`
  : an emitted tree for the debian set and mipsel, which has the cross tools

  `prefix`
  : of the names of the tools

  `paddingBytes`
  : what the device tree has besides

  `room`
  : directive of the assembler that makes the section of the device tree

  `rootAddress`
  : where the root goes, for tftpboot
*/
{
  tree,
  paddingBytes ? 0,
  prefix ? "mipsel-linux-gnu-",
  room ? ".space 4096",
  rootAddress ? "0x02000000",
  kernelFile ? "kernel.elf",
}:
let
  outputs = ../../outputs;

  debian = import (tree + "/debian") {
    architecture = "mipsel";
    lock = builtins.fromJSON (builtins.readFile (tree + "/lock.json"));
  };
  stdenv = {
    cc = debian.stdenv.cc // {
      targetPrefix = prefix;
    };
  };
  inherit (debian) buildPackages lib runCommand;

  board = {
    name = "test-board";
    boot.format = "elf";
    tftp = {
      memory = {
        address = "0x00000000";
        sizeBytes = 134217728;
      };
      kernel = {
        address = "0x01000000";
        sizeBytes = 16777216;
      };
      root = {
        address = rootAddress;
        sizeBytes = 16777216;
      };
      reserved = { };
    };
  };

  kernel =
    runCommand "linux-1.2.3"
      {
        architecture = "mips";
        code = ''
          .text
          .globl __start
          __start: nop
          ${if room == "" then "" else ''.section .appended_dtb, "aw"''}
          ${room}
          .data
          .ascii "what lies behind"
          .bss
          .space 64
        '';
        layout = ''
          SECTIONS {
            . = 0x80100000;
            .text : { *(.text) }
            . = ALIGN(32);
            .appended_dtb : { *(.appended_dtb) }
            .data : { *(.data) }
            .bss : { *(.bss) }
            /DISCARD/ : { *(.reginfo) *(.MIPS.abiflags) *(.pdr) *(.gnu.attributes) }
          }
        '';
        tree = ''
          /dts-v1/;

          / {
            compatible = "test,board";
            padding = [ ${lib.concatStrings (builtins.genList (_: "ab ") paddingBytes)} ];
          };
        '';
        passAsFile = [
          "code"
          "layout"
          "tree"
        ];
        nativeBuildInputs = [
          stdenv.cc
          buildPackages.dtc
        ];
      }
      ''
        ${prefix}as -o kernel.o "$codePath"
        ${prefix}ld -e __start -T "$layoutPath" -o kernel.elf kernel.o
        ${prefix}strip -s kernel.elf
        ${prefix}objcopy -O binary kernel.elf kernel.bin
        mkdir "$out"
        cp ${kernelFile} "$out/kernel"
        dtc -I dts -O dtb -o "$out/board.dtb" "$treePath"
      '';

  device-tree = import (outputs + "/device_tree/output.nix") {
    inherit
      board
      buildPackages
      runCommand
      ;
    hardware = kernel;
    commandLine = "console=ttyS0 root=/dev/vda";
  };

  imageWith = import (outputs + "/kernel_image/output.nix");
  given = {
    inherit
      board
      buildPackages
      device-tree
      kernel
      lib
      runCommand
      stdenv
      ;
  };
  image = imageWith given;

  tftpboot = import (outputs + "/tftpboot/output.nix") {
    inherit
      board
      buildPackages
      kernel
      lib
      runCommand
      ;
    hardware = kernel;
    kernel-image.override = others: imageWith (given // others);
    scripts = builtins.mapAttrs (_: import ../../templates/nix/lib/python.nix) {
      boot-memory = ../../templates/nix/lib/python/boot_memory.py;
      boot-tree = ../../templates/nix/lib/python/boot_tree.py;
    };
    commandLine = "console=ttyS0 root=/dev/vda";
    squashfs = debian.writeText "root" "a root";
  };
in
{
  inherit
    device-tree
    image
    kernel
    tftpboot
    ;
}
