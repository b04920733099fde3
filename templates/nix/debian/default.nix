/**
  The debian package set: Debian's own programs for the target, relinked into
  the store, and a cross compiler of the build machine for what we compile.

  lib/interface.nix lists what a package set has to have; this file provides
  that and no more.

  # Inputs

  `lock`
  : the parsed lock file: packages with their hashes, names, host tools

  `architecture`
  : Debian's name of the target, as in architectures.nix: "mipsel"

  `firmware`
  : firmware.nix, if the image has some

  `inputs`
  : inputs.nix, if something is compiled from what it has

  # Example

  ```nix
  import ./debian {
    lock = builtins.fromJSON (builtins.readFile ./lock.json);
    architecture = "mipsel";
  }
  ```
*/
{
  lock,
  architecture,
  firmware ? null,
  inputs ? null,
}:
let
  target = (import ./architectures.nix).${architecture};
  locked = lock.architectures.${architecture};
  overrides = import ./overrides.nix;
  fetch = import ./fetch.nix;
  lib = import ./lib.nix;

  hostTool = names: {
    hostPackages = map (
      name:
      let
        record =
          lock.host.${name}
            or (throw "liminix-gen: the lock has no host tool `${name}`; run liminix-gen lock");
      in
      "${builtins.elemAt record 0}=${builtins.elemAt record 1}"
    ) names;
  };

  tools = builtins.mapAttrs (name: _: hostTool [ name ]) lock.host;

  prefix = "${target.triplet}-";

  derivations = import ./derivations.nix {
    crossTools = [ stdenv.cc ];
    # Headers and start files are the target's own, of the release that the
    # device runs: the machine's cross C library may be newer.
    crossEnvironment = {
      CC = builtins.concatStringsSep " " [
        "${prefix}gcc"
        "--sysroot=${sysroot}"
        # A compiler of the same architecture looks at its own libraries first.
        "-B${sysroot}/usr/lib/${target.triplet}"
        "-L${sysroot}/usr/lib/${target.triplet}"
        "-Wl,--dynamic-linker=${libc}/lib/${target.loader}"
        "-Wl,--enable-new-dtags"
        "-Wl,-rpath,${libc}/lib"
        "-Wl,-z,max-page-size=4096"
      ];
      AR = "${prefix}ar";
      LD = "${prefix}ld";
      NM = "${prefix}nm";
      OBJCOPY = "${prefix}objcopy";
      STRIP = "${prefix}strip";
    };
  };

  inherit (derivations) mkDerivation runCommand writeText;

  stdenv = {
    inherit mkDerivation;
    cc = hostTool target.hostTools // {
      targetPrefix = prefix;
    };
  };

  libraryNames =
    name: builtins.filter (library: library != "libc6") (
      locked.packages.${name}.libraries ++ overrides.${name}.libraries or [ ]
    );

  # Debian's libc6 depends on libgcc-s1 and back; the C library looks for
  # nothing outside itself, which cuts the circle.
  packages = builtins.mapAttrs (
    name: record:
    import ./package.nix {
      inherit name runCommand tools;
      inherit (record) version;
      architecture = target;
      deb = fetch record;
      libc = if name == "libc6" then null else libc;
      libraries =
        if name == "libc6" then [ ] else map (library: packages.${library}) (libraryNames name);
      override = overrides.${name} or { };
    }
  ) locked.packages;

  libc = packages.libc6;

  # Headers and start files: the compiler reads them, no device has them.
  development = [
    "libc6-dev"
    "libgcc-s1"
    "linux-libc-dev"
  ];

  sysroot = import ./sysroot.nix {
    inherit runCommand tools;
    inherit (target) triplet;
    debs = map (name: fetch locked.packages.${name}) ([ "libc6" ] ++ development);
  };

  onDevice = builtins.mapAttrs (_: name: packages.${name}) (removeAttrs locked.names development);
in
onDevice
// {
  inherit
    lib
    runCommand
    stdenv
    writeText
    ;

  buildPackages = tools // {
    stdenv.cc = hostTool [
      "binutils"
      "gcc"
    ];
  };

  firmware =
    if firmware == null then
      { }
    else
      import firmware {
        inherit runCommand tools;
        debs = builtins.mapAttrs (_: fetch) (locked.firmware or { });
      };

  sources =
    if inputs == null then
      { }
    else
      import inputs {
        inherit runCommand tools;
        files = builtins.mapAttrs (_: map fetch) (locked.inputs or { });
      };

  linuxSources."6.12" = import ./linux-source.nix {
    inherit runCommand tools;
    inherit (locked.linux-source) version;
    deb = fetch locked.linux-source;
  };
}
