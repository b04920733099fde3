/**
  One Debian package, unpacked, flattened and relinked into the store.

  # Inputs

  `deb`
  : the package file

  `libraries`
  : relinked packages in which its libraries are looked for, in this order

  `architecture`
  : triplet and loader, from architectures.nix

  `libc`
  : the relinked C library; null for the C library itself
*/
{
  architecture,
  deb,
  libc,
  libraries,
  name,
  override,
  runCommand,
  tools,
  version,
}:
let
  # Without what a Python that ran there left behind.
  relink = builtins.path {
    name = "relink";
    path = ./relink;
    filter = path: _: baseNameOf path != "__pycache__";
  };

  storeVersion = builtins.replaceStrings [ ":" "~" ] [ "-" "_" ] version;
in
runCommand "${name}-${storeVersion}" {
  inherit deb;
  inherit (architecture) triplet;
  package = name;
  interpreter = if libc == null then "" else "${libc}/lib/${architecture.loader}";
  searched = map (library: "${library}/lib") (
    (if libc == null then [ ] else [ libc ]) ++ libraries
  );
  drop = override.drop or [ ];
  applets = override.applets or "";
  verbatim = override.verbatim or false;
  PYTHONPATH = dirOf (import ../lib/python.nix ../lib/python/elf.py);
  nativeBuildInputs = [
    tools.dpkg
    tools.patchelf
    tools.python3
  ];
} ''python3 ${relink}''
