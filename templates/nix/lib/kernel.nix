/**
  The kernel: one derivation, one tree. Unpack, patch, configure, audit, build
  image, modules and device trees in place.

  Only what changes the kernel is an input: no line numbers, no names of those
  who asked. Symbols that the configuration asks for and Kconfig does not grant
  fail the build before anything is compiled (kernel-audit.awk), with the
  reason as far as it can be told (kernel-explain.py).

  # Inputs

  `pkgs`
  : a package set (interface.nix)

  `architecture`
  : ARCH of the kernel: "mips", "arm", "arm64"

  `image`
  : path of what boots, below the built tree: "vmlinux",
    "arch/arm64/boot/Image"; its last part is the make target

  `symbols`
  : Kconfig symbols without CONFIG_, each with its value as .config writes it:
    `{ NET = "y"; BRIDGE = "m"; CMDLINE = "\"quiet\""; }`

  `deviceTrees`
  : make targets of plain device trees: [ "ralink/mt7621-x.dtb" ]

  `patches`
  : applied with -p1, in order

  `source`
  : tarball and version; the package set's own kernel when left out

  # Outputs

  `out`
  : `kernel` (the image; a vmlinux is stripped) and dtb/

  `modules`
  : lib/modules/VERSION with the .ko files and the lists that depmod reads

  `config`
  : the .config, as one file

  # Type

  { pkgs } -> { architecture, image, symbols, ... } -> Derivation

  # Example

  ```nix
  import ./kernel.nix { inherit pkgs; } {
    architecture = "mips";
    image = "vmlinux";
    symbols = { MIPS_MALTA = "y"; };
  }
  ```
*/
{
  pkgs,
}:
{
  architecture,
  image,
  symbols,
  deviceTrees ? [ ],
  patches ? [ ],
  source ? pkgs.linuxSource,
}:
let
  inherit (pkgs) buildPackages lib stdenv;
in
pkgs.runCommand "linux-${source.version}"
  {
    outputs = [
      "out"
      "modules"
      "config"
    ];

    inherit architecture image patches;
    inherit (source) src;

    # Sorted by name: attribute sets are.
    symbols = lib.concatLines (lib.mapAttrsToList (name: value: "${name}=${value}") symbols);
    passAsFile = [ "symbols" ];

    imageTarget = baseNameOf image;
    deviceTreeFolder = "arch/${architecture}/boot/dts";
    inherit deviceTrees;
    crossPrefix = stdenv.cc.targetPrefix;

    KBUILD_BUILD_HOST = "liminix-gen";
    KBUILD_BUILD_TIMESTAMP = "Thu Jan  1 00:00:01 UTC 1970";
    KBUILD_BUILD_USER = "liminix-gen";
    KBUILD_BUILD_VERSION = "1";

    nativeBuildInputs = [
      stdenv.cc
      buildPackages.stdenv.cc
      buildPackages.bc
      buildPackages.bison
      buildPackages.flex
      buildPackages.gnumake
      buildPackages.perl
      buildPackages.python3
      buildPackages.xz
    ];
  }
  ''
    echo "liminix-gen-phase: unpack" >&2
    mkdir linux
    cd linux
    case "$src" in
    *.xz) xz -dc -T0 "$src" | tar x --strip-components=1 ;;
    *) tar xf "$src" --strip-components=1 ;;
    esac
    for patch in $patches; do
      echo "liminix-gen-phase: patch $(basename "$patch")" >&2
      patch -p1 <"$patch"
    done

    # A rustc that happens to be in PATH would show in the .config.
    kmake() {
      make -s -j"$NIX_BUILD_CORES" ARCH="$architecture" CROSS_COMPILE="$crossPrefix" RUSTC=false "$@"
    }

    echo "liminix-gen-phase: configure" >&2
    sed 's/^/CONFIG_/' "$symbolsPath" >../asked.config
    kmake KCONFIG_ALLCONFIG="$PWD/../asked.config" allnoconfig
    if ! awk -f ${./kernel-audit.awk} "$symbolsPath" .config 2>../lost; then
      cat ../lost >&2
      python3 ${./kernel-explain.py} "$architecture" <../lost
      exit 1
    fi
    cp .config "$config"

    echo "liminix-gen-phase: compile" >&2
    targets=$imageTarget
    if grep -q '^CONFIG_MODULES=y' .config; then
      targets="$targets modules"
    fi
    # shellcheck disable=SC2086
    kmake $targets $deviceTrees

    echo "liminix-gen-phase: install" >&2
    mkdir -p "$out/dtb" "$modules/lib/modules"
    if [ "$imageTarget" = vmlinux ]; then
      "''${crossPrefix}strip" -s -o "$out/kernel" vmlinux
    else
      cp "$image" "$out/kernel"
    fi
    for tree in $deviceTrees; do
      cp "$deviceTreeFolder/$tree" "$out/dtb/"
    done
    if grep -q '^CONFIG_MODULES=y' .config; then
      # The dependency files are made where modules are picked (kernel-modules.nix).
      kmake INSTALL_MOD_PATH="$modules" INSTALL_MOD_STRIP=1 DEPMOD=true modules_install
      rm -f "$modules"/lib/modules/*/build "$modules"/lib/modules/*/source
    fi
  ''
