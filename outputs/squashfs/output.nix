/**
  A squashfs of the root, ready for flash.

  A root is: the closure of the store that it needs; the configuration's files;
  /bin with a link to every program of its packages, and /sbin, /usr/bin and
  /usr/sbin as other names of it; /init; the empty directories that the kernel
  and init mount on. lib/python/root_tree.py has the details.

  # Inputs

  `root`
  : the root as system.nix makes it: `tree`, a derivation that refers to all
    that belongs into it

  # Outputs

  `out`
  : the image, one file

  `closure`
  : size in bytes of every store path in it, JSON
*/
{
  buildPackages,
  root,
  runCommand,
  scripts,
}:
runCommand "root.squashfs"
  {
    outputs = [
      "out"
      "closure"
    ];
    inherit (root) tree;
    exportReferencesGraph = [
      "references"
      root.tree
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
    python3 ${scripts.root-tree} tar "$tree" references "$closure" $shift |
      sqfstar -quiet -no-progress -no-xattrs -comp xz -b 256K \
        -mkfs-time 0 -all-time 0 -root-mode 0755 -noIdTableCompression \
        -processors "$NIX_BUILD_CORES" "$out"
    python3 ${./squashfs-owners.py} "$out" $shift
  ''
