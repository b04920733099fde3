/**
  Images of a root file system, and what boots one in QEMU.

  A root is: the closure of the store that it needs; the configuration's files;
  /bin with a link to every program of `packages`, and /sbin, /usr/bin and
  /usr/sbin as other names of it; /init; the empty directories that the kernel
  and init mount on. root-tree.py has the details.
*/
{
  pkgs,
}:
let
  inherit (pkgs)
    buildPackages
    lib
    runCommand
    writeText
    ;

  # One word of a shell script, whatever is in it.
  quoted = string: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] string}'";

  # The same for QEMU's arguments, with the files' places filled in at run time.
  argument =
    string:
    builtins.replaceStrings
      [
        "@kernel@"
        "@rootfs@"
        "@command-line@"
      ]
      [
        "'\"$here/kernel\"'"
        "'\"$here/rootfs\"'"
        "'\"$(cat \"$here/command-line\")\"'"
      ]
      (quoted string);
in
{
  /**
    A squashfs of the root, ready for flash.

    # Inputs

    `files`
    : path to { kind; text; target; mode; user; group; }; kind is "file",
      "link" or "directory", mode is octal text, user and group are numbers

    `init`
    : derivation whose `init` the kernel starts

    `packages`
    : derivations whose programs are linked from /bin

    # Outputs

    `out`
    : the image, one file

    `closure`
    : size in bytes of every store path in it, JSON

    # Type

    { files, init, packages } -> Derivation
  */
  squashfs =
    {
      files,
      init,
      packages,
    }:
    let
      tree = writeText "root-tree.json" (
        builtins.toJSON {
          files = {
            "/init" = {
              kind = "link";
              target = "${init}/init";
            };
          }
          // files;
          packages = map (package: "${package}") packages;
        }
      );
    in
    runCommand "root.squashfs"
      {
        outputs = [
          "out"
          "closure"
        ];
        inherit tree;
        exportReferencesGraph = [
          "references"
          tree
        ];
        nativeBuildInputs = [
          buildPackages.python3
          buildPackages.squashfsTools
        ];
      }
      ''
        # squashfs-tools take a time from there or from the command line, not both.
        unset SOURCE_DATE_EPOCH
        shift=1048576
        python3 ${./root-tree.py} "$tree" references "$closure" $shift |
          sqfstar -quiet -no-progress -no-xattrs -comp xz -b 256K \
            -mkfs-time 0 -all-time 0 -root-mode 0755 -noIdTableCompression \
            -processors "$NIX_BUILD_CORES" "$out"
        python3 ${./squashfs-owners.py} "$out" $shift
      '';

  /**
    All that QEMU needs to boot a root from a virtio disk: `kernel`, `rootfs`,
    `command-line`, `closure.json`; with a `qemu` command also `machine.json`,
    the command as JSON, and `run.sh`, which gives its console.

    # Inputs

    `commandLine`
    : the kernel's, without root and init

    `qemu`
    : program and arguments; @kernel@, @rootfs@ and @command-line@ stand for
      the files and for the text. An empty list: none.

    # Type

    { commandLine, kernel, qemu, squashfs } -> Derivation
  */
  vmroot =
    {
      commandLine,
      kernel,
      qemu,
      squashfs,
    }:
    runCommand "vmroot"
      {
        commandLine = "${commandLine} root=/dev/vda rootfstype=squashfs ro init=/init";
        machine = builtins.toJSON { inherit qemu; };
        run = lib.optionalString (qemu != [ ]) ''
          #!/bin/sh
          # Boots this image in QEMU with its console on this terminal.
          set -eu
          here=$(cd "$(dirname "$0")" && pwd -P)
          exec ${lib.concatMapStringsSep " \\\n  " argument qemu} "$@"
        '';
        passAsFile = [
          "machine"
          "run"
        ];
      }
      ''
        mkdir "$out"
        cd "$out"
        ln -s ${kernel}/kernel kernel
        ln -s ${squashfs} rootfs
        ln -s ${squashfs.closure} closure.json
        printf '%s\n' "$commandLine" >command-line
        if [ -s "$runPath" ]; then
          cp "$runPath" run.sh
          chmod +x run.sh
          cp "$machinePath" machine.json
        fi
      '';
}
