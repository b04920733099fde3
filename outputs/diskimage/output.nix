/**
  A disk for a board whose U-Boot starts a kernel by extlinux.conf: a directory
  with `disk.img` and `manifest.json`.

  Partition 1, active: an ext4 with /extlinux/extlinux.conf, /zImage and
  /board.dtb. Partition 2: the squashfs. The kernel knows the second as
  PARTUUID=4c4d5831-02, which belongs into its command line.

  # Inputs

  `commandLine`
  : the kernel's
*/
{
  board,
  buildPackages,
  commandLine,
  hardware,
  kernel,
  runCommand,
  scripts,
  squashfs,
}:
let
  mebibyte = 1048576;
in
runCommand "diskimage"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "disk";
      sizeBytes = null;
      startBytes = mebibyte;
      parts = [
        {
          name = "boot";
          file = "boot.ext4";
          padBytes = mebibyte;
        }
        {
          name = "root";
          file = "${squashfs}";
          padBytes = mebibyte;
        }
      ];
    };

    extlinux = ''
      default linux
      timeout 10

      label linux
        kernel /zImage
        fdt /board.dtb
        append ${commandLine}
    '';

    passAsFile = [
      "extlinux"
      "layout"
    ];
    nativeBuildInputs = [
      buildPackages.e2fsprogs
      buildPackages.python3
    ];
  }
  ''
    # debugfs writes files as root's and with the time that it is given; `mke2fs -d` takes over the
    # time of change of the files that it copies.
    export E2FSPROGS_FAKE_TIME=1
    identifier=4c4d5831-0000-4000-8000-000000000001
    # The features are those that U-Boot has read for ten years; there is room for a second kernel.
    mke2fs -q -t ext4 -b 4096 -m 0 -L boot -U "$identifier" \
      -E hash_seed="$identifier",lazy_itable_init=0,root_owner=0:0 \
      -O none,extent,filetype,has_journal,large_file,sparse_super boot.ext4 64m
    debugfs -w -f - boot.ext4 <<end
    mkdir extlinux
    write $extlinuxPath extlinux/extlinux.conf
    write ${kernel}/kernel zImage
    write ${hardware}/board.dtb board.dtb
    end
    # debugfs never fails.
    debugfs -R "cat extlinux/extlinux.conf" boot.ext4 | cmp - "$extlinuxPath"
    debugfs -R "cat zImage" boot.ext4 | cmp - ${kernel}/kernel
    debugfs -R "cat board.dtb" boot.ext4 | cmp - ${hardware}/board.dtb

    python3 ${scripts.flash-layout} "$layoutPath" ${squashfs.closure} disk.img manifest.json
    python3 ${./dos-partitions.py} disk.img manifest.json 4c4d5831
    mkdir "$out"
    mv disk.img manifest.json "$out"
  ''
