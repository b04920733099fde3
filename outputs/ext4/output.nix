/**
  The root as ext4, for a disk: the store, and a link to the system that makes
  the rest at boot. It has room for a second system, and more if the board
  says how large it is.

  # Inputs

  `board`
  : `root.sizeBytes`, if that is fixed

  `system`
  : lib/root/activation.nix

  # Outputs

  `out`
  : the image, one file

  `closure`
  : size in bytes of every store path in it, JSON
*/
{
  board,
  buildPackages,
  runCommand,
  scripts,
  system,
}:
runCommand "root.ext4"
  {
    outputs = [
      "out"
      "closure"
    ];
    nativeBuildInputs = [
      buildPackages.e2fsprogs
      buildPackages.python3
    ];
  }
  ''
    python3 ${scripts.store-directory} root ${system} sizes

    # debugfs writes files as root's and with the time that it is given; `mke2fs -d` takes over the
    # owner and the time of change of what it copies.
    python3 ${./ext4-commands.py} root ${toString (board.root.sizeBytes or "")} >commands 2>size
    export E2FSPROGS_FAKE_TIME=1
    identifier=4c4d5832-0000-4000-8000-000000000001
    mke2fs -q -t ext4 -b 4096 -m 0 -L root -U "$identifier" -J size=4 \
      -E hash_seed="$identifier",lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0 \
      image "$(cat size)"
    # debugfs never fails, but it speaks.
    debugfs -w -f commands image >/dev/null 2>said
    if grep -v '^debugfs 1\.' said >&2; then
      exit 1
    fi
    e2fsck -f -n image >&2
    cp --sparse=always image "$out"
    cp sizes "$closure"
  ''
