/**
  Outputs of a board that nobody sells, made with the build machine's tools: the real system.nix
  with a kernel of a few bytes, a root without services, and a package that cannot be compressed.

  # Inputs

  `nix`
  : the folder templates/nix

  `tools`
  : what images use of the build machine, as a JSON file

  `bigEndian`, `boot`, `flashBytes`
  : those facts of the board

  `commandLine`
  : the kernel's

  `card`, `disk`, `state`
  : facts of its disk with a DOS and of that with a GUID partition table, as JSON, and the label of
    its state

  `nor`
  : facts of its flash, as JSON

  `places`
  : facts of the boot from memory that are others than usual, as JSON

  `rootBytes`
  : of the place for its root

  `ubiBytes`
  : of its UBI partition

  `kernelBytes`, `kernelHead`
  : what of the kernel cannot be compressed, and how it begins
*/
{
  nix,
  tools,
  bigEndian ? true,
  boot ? "uimage",
  card ? "{}",
  commandLine ? "console=ttyS0 root=/dev/mtdblock5 say=\"it's $HOME\"",
  disk ? "{}",
  flashBytes ? 4194304,
  kernelBytes ? 300000,
  kernelHead ? "raw",
  nor ? "{}",
  places ? "{}",
  root ? "squashfs",
  rootBytes ? 67108864,
  state ? null,
  ubiBytes ? 33554432,
}:
let
  derivations = import (nix + "/debian/derivations.nix") {
    crossEnvironment = { };
    crossTools = [ ];
  };
  inherit (derivations) runCommand writeText;
  lib = import (nix + "/debian/lib.nix");

  toolNames = builtins.fromJSON (builtins.readFile tools);

  # Bytes that are the same each time and cannot be compressed.
  noise = writeText "noise.py" ''
    import hashlib, sys
    seed, size = sys.argv[1].encode(), int(sys.argv[2])
    blocks = (hashlib.sha256(b"%s %d" % (seed, n)).digest() for n in range(size // 32 + 1))
    sys.stdout.buffer.write(b"".join(blocks)[:size])
  '';

  package =
    name: bytes:
    runCommand name { } ''
      mkdir -p "$out/bin"
      python3 ${noise} ${name} ${toString bytes} >"$out/bin/${name}"
      chmod +x "$out/bin/${name}"
    '';

  programs = lib.genAttrs [
    "activate"
    "busybox"
    "s6"
    "services"
  ] (name: package name 1000);

  packages =
    programs
    // {
      large = package "large" 200000;
    }
    // lib.genAttrs (map (number: "small${toString number}") (lib.range 1 12)) (
      name: package name 2000
    );

  # Outputs find what every package set has, and no more.
  pkgs = import (nix + "/lib/interface.nix") {
    tools = toolNames;
    pkgs = programs // {
      inherit lib runCommand writeText;
      buildPackages = lib.genAttrs (toolNames ++ [ "python3" ]) (name: { hostPackages = [ name ]; });
    };
  };

  microcode = runCommand "ucode-firmware" { } ''
    mkdir -p "$out/lib/firmware"
    printf intel >"$out/lib/firmware/GenuineIntel.bin"
    printf amd >"$out/lib/firmware/AuthenticAMD.bin"
  '';

  loaders = runCommand "loader-firmware" { } ''
    mkdir -p "$out/lib/firmware/board"
    for name in spl u-boot; do
      printf '%s of the board' "$name" >"$out/lib/firmware/board/$name.bin"
    done
  '';

  kernel =
    runCommand "linux-1.2.3"
      {
        architecture = if boot == "uimage" then "mips" else "arm64";
        tree = ''
          /dts-v1/;

          / {
            compatible = "test,board";

            chosen {
              bootargs = "what the vendor says";
            };
          };
        '';
        passAsFile = [ "tree" ];
      }
      ''
        mkdir "$out"
        {
          printf '${kernelHead}'
          python3 ${noise} kernel ${toString kernelBytes}
          head -c 700000 /dev/zero
        } >"$out/kernel"
        dtc -I dts -O dtb -o "$out/board.dtb" "$treePath"
      '';

  system = import (nix + "/lib/system.nix") {
    inherit packages pkgs;
    inherit (programs) services;
  };

  # Physical addresses; the kernel's address on MIPS is not one.
  place = digit: sizeBytes: {
    address = "0x${if boot == "uimage" then "0" else "8"}${digit}000000";
    inherit sizeBytes;
  };

  made = system {
    inherit kernel;
    # One folder has both.
    hardware = kernel;
    board = {
      name = "test-board";
      inherit bigEndian;
      firmware = [ (if card == "{}" then microcode else loaders) ];
      root = {
        type = root;
        eraseBlockBytes = 65536;
        sizeBytes = rootBytes;
      };
      boot = {
        format = boot;
        load = "0x80060000";
        entry = "0x80060400";
      }
      // lib.optionalAttrs (boot == "fit") {
        alignmentBytes = 4096;
        bootargs = "bootargs-override";
      };
      tftp = {
        memory = place "0" 134217728;
        kernel = place "4" 16777216;
        root = place "1" 50331648;
        unpackedBytes = 15728640;
        reserved."the boot loader" = place "7" 16777216;
      }
      // lib.optionalAttrs (boot == "raw") { tree = place "6" 1048576; }
      // builtins.fromJSON places;
      flash = {
        address = "0x9f050000";
        sizeBytes = flashBytes;
        eraseBlockBytes = 65536;
      };
      ubi = {
        volume = "liminix";
        minimumIoBytes = 2048;
        logicalEraseBlockBytes = 126976;
        physicalEraseBlockBytes = 131072;
        sizeBytes = ubiBytes;
      };
    }
    // lib.optionalAttrs (state != null) { inherit state; };
    inherit commandLine;
    console = "none";
    consoleDevice = "ttyS0";
    activation = nix + "/lib/root/activation.nix";
    # Every folder is an image.
    images = lib.mapAttrs' (
      folder: _:
      lib.nameValuePair (lib.replaceStrings [ "_" ] [ "-" ] folder) (
        ../../outputs + "/${folder}/output.nix"
      )
    ) (builtins.readDir ../../outputs);
    scripts = lib.mapAttrs' (
      file: _:
      lib.nameValuePair (lib.replaceStrings [ "_" ] [ "-" ] (lib.removeSuffix ".py" file)) (
        nix + "/lib/python/${file}"
      )
    ) (lib.filterAttrs (name: _: lib.hasSuffix ".py" name) (builtins.readDir (nix + "/lib/python")));
    hostname = "test";
    trialSeconds = 300;
    files = {
      "/etc/secret" = {
        kind = "file";
        text = "x";
        mode = "4750";
        user = 51;
        group = 1000;
      };
      "/etc/unreadable" = {
        kind = "file";
        text = "y";
        mode = "0000";
        user = 0;
        group = 0;
      };
      "/srv" = {
        kind = "directory";
        mode = "1777";
        user = 0;
        group = 7;
      };
      "/etc/other-name" = {
        kind = "hardlink";
        target = "/etc/secret";
      };
      "/etc/null" = {
        kind = "device";
        type = "c";
        major = 1;
        minor = 3;
        mode = "0666";
        user = 0;
        group = 0;
      };
      "/etc/with a space" = {
        kind = "file";
        text = "z";
        mode = "0644";
        user = 0;
        group = 0;
      };
    };
    outputs = {
      device-tree = { };
      ext4 = { };
      gptimage = builtins.fromJSON disk;
      jffs2 = { };
      kernel-image = { };
      kexecboot = {
        ramBytes = 134217728;
        rootAddress = "0x04000000";
      };
      mtdimage = builtins.fromJSON nor;
      qcow2 = { };
      sdimage = builtins.fromJSON card;
      squashfs = { };
      tftpboot = { };
      ubi = { };
      vmroot = { };
      tplink-safeloader = {
        flashPartitions = "fs-uboot 0x0 0x40000; firmware 0x40000 0x400000; radio 0x440000 0x10000";
        softwareVersion = "3.0.3";
        supportedProducts = "Test, 1.0, 45550000; Test, 1.20, 4A500000";
      };
      ubifs.kernelPath = "/boot/fit";
      system = { };
      ubimage = { };
      zyxel-nwa-fit = { };
    };
    packages = builtins.attrNames packages;
    qemu = [ ];
    services = { };
  };

  inherit (made) outputs;
in
outputs
// {
  # What builders run, as text.
  commands = builtins.mapAttrs (_: output: output.buildCommand) outputs;

  # What the outputs are made of.
  parts = runCommand "parts" { } ''
    mkdir "$out"
    ln -s ${kernel}/kernel ${kernel}/board.dtb "$out"
    ln -s ${outputs.squashfs.closure} "$out/closure"
  '';
}
