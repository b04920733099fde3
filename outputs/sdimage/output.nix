/**
  A whole disk for a board that starts from an SD card, an eMMC or a USB stick:
  a directory with `disk.img` and `manifest.json`.

  What a boot ROM loads lies before the partitions. Partition 1, active: a FAT
  with the kernel, which has room for a second one, its device tree, and
  U-Boot's extlinux.conf or a Raspberry Pi's config.txt. Partition 2: the root.
  Partition 3: state, an empty ext4 with the label that the configuration gives
  it.

  The kernel knows the second partition as PARTUUID=4c4d5831-02, or by its
  number on the disk: root= belongs into its command line.

  # Inputs

  `board`
  : `firmware`, packages with what the board starts from; `state`, the label of
    the partition with the state, if there is to be one

  `commandLine`
  : the kernel's

  `bootLoaders`
  : files of that firmware, each as FILE@BYTES: where on the disk it begins, in
    the order of the places

  `bootFiles`
  : files of that firmware that lie in the FAT

  `configLines`
  : lines of config.txt, without those that name the kernel and its device tree;
    with it, there is no extlinux.conf

  `bootBytes`, `stateBytes`
  : sizes of the partitions boot and state

  `firstBytes`
  : where the first partition begins, for a board whose boot loader is put
    before it by other hands

  `sizeBytes`
  : what the disk holds, if that is known
*/
{
  board,
  buildPackages,
  commandLine,
  device-tree,
  kernel,
  lib,
  rootfs,
  runCommand,
  scripts,
  bootBytes ? 67108864,
  bootFiles ? "",
  configLines ? null,
  bootLoaders ? "",
  firstBytes ? null,
  sizeBytes ? null,
  stateBytes ? 67108864,
}:
let
  mebibyte = 1048576;

  words = text: lib.filter (word: word != "") (lib.splitString " " text);

  # Rockchip's U-Boot begins at 8 MiB; no other that is known ends behind 16.
  partitionsBytes =
    if firstBytes != null then
      firstBytes
    else if bootLoaders == "" then
      mebibyte
    else
      16 * mebibyte;

  places = map (
    word:
    let
      found = builtins.match "([^@]+)@([0-9]+)" word;
    in
    if found == null then
      throw "${board.name}: `${word}` among the bootLoaders of sdimage is not FILE@BYTES"
    else
      {
        file = lib.head found;
        startBytes = builtins.fromJSON (lib.last found);
      }
  ) (words bootLoaders);

  ends = lib.tail (map (place: place.startBytes) places) ++ [ partitionsBytes ];

  loader = number: place: {
    name = "loader-${toString number}";
    file = "loader-${toString number}";
    padBytes = lib.elemAt ends (number - 1) - place.startBytes;
    limitBytes = lib.elemAt ends (number - 1) - place.startBytes;
  };

  part = name: file: {
    inherit name file;
    padBytes = mebibyte;
  };
in
runCommand "sdimage"
  {
    inherit commandLine;
    firmware = board.firmware or [ ];

    layout = builtins.toJSON {
      device = board.name;
      holder = "disk";
      unit = "MiB";
      inherit sizeBytes;
      startBytes = if places == [ ] then partitionsBytes else (lib.head places).startBytes;
      remedy = "a larger disk (sizeBytes of the board's sdimage), less room for kernels (bootBytes) or state (stateBytes), or a smaller root";
      parts =
        lib.imap1 loader places
        ++ [
          (part "boot" "boot.img")
          (part "root" "${rootfs}")
        ]
        ++ lib.optional (board ? state) (part "state" "state.img");
    };

    extlinux = ''
      default linux
      timeout 10

      label linux
        kernel /kernel-a
        fdt /tree-a.dtb
        append ${commandLine}
    '';

    config = lib.concatLines (
      words (toString configLines)
      ++ [
        "kernel=kernel-a"
        "device_tree=tree-a.dtb"
      ]
    );

    passAsFile = [
      "config"
      "extlinux"
      "layout"
    ];
    nativeBuildInputs = [
      buildPackages.dosfstools
      buildPackages.e2fsprogs
      buildPackages.mtools
      buildPackages.python3
    ];
  }
  ''
    found() {
      for package in $firmware; do
        if [ -e "$package/lib/firmware/$1" ]; then
          echo "$package/lib/firmware/$1"
          return
        fi
      done
      echo "${board.name}: the image lacks $1, without which the board does not start: no package" \
        "of the board's boot firmware has it (--without leaves some out)" >&2
      return 1
    }

    export MTOOLS_SKIP_CHECK=1 SOURCE_DATE_EPOCH=315532800 # FAT begins with 1980
    truncate -s ${toString bootBytes} boot.img
    mkfs.vfat -F 32 -s 1 -i 4c4d5831 -n BOOT --invariant boot.img >&2
    ${lib.concatMapStrings (file: ''
      file=$(found ${lib.escapeShellArg file})
      mcopy -i boot.img "$file" ::
    '') (words bootFiles)}
    ${
      if configLines == null then
        ''
          mmd -i boot.img ::extlinux
          mcopy -i boot.img "$extlinuxPath" ::extlinux/extlinux.conf
        ''
      else
        ''
          mcopy -i boot.img "$configPath" ::config.txt
          printf '%s\n' "$commandLine" >cmdline.txt
          mcopy -i boot.img cmdline.txt ::cmdline.txt
        ''
    }
    mcopy -i boot.img ${device-tree} ::tree-a.dtb
    mcopy -i boot.img ${kernel}/kernel ::kernel-a
    cp boot.img with-two.img
    if ! mcopy -i with-two.img ${kernel}/kernel ::kernel-b; then
      echo "${board.name}: the partition boot has no room for two kernels of $(stat -L -c %s ${kernel}/kernel) bytes: give it more (bootBytes)" >&2
      exit 1
    fi
    ${lib.optionalString (board ? state) ''
      export E2FSPROGS_FAKE_TIME=1
      identifier=4c4d5834-0000-4000-8000-000000000001
      mke2fs -q -t ext4 -m 0 -L ${lib.escapeShellArg board.state} -U "$identifier" \
        -E hash_seed="$identifier",lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0 \
        state.img ${toString (stateBytes / 1024)}k
    ''}
    ${lib.concatStrings (
      lib.imap1 (number: place: ''
        file=$(found ${lib.escapeShellArg place.file})
        cp --no-preserve=mode "$file" loader-${toString number}
      '') places
    )}
    python3 ${scripts.flash-layout} "$layoutPath" ${rootfs.closure} disk.img manifest.json
    python3 ${./dos-partitions.py} disk.img manifest.json 4c4d5831
    mkdir "$out"
    cp --sparse=always disk.img "$out"
    cp manifest.json "$out"
  ''
