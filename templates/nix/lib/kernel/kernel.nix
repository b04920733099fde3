/**
  The kernel: one derivation, one tree. Unpack, patch, configure, audit, build
  image and modules in place. It is that of no board: what boards with the same
  symbols differ in is made from it later (hardware.nix).

  Only what changes the kernel is an input: no line numbers, no names of those
  who asked. Symbols that the configuration asks for and Kconfig does not grant
  fail the build before anything is compiled (kernel-audit.awk), with the
  reason as far as it can be told (kernel-explain.py). Numbers are written as
  the symbol's type wants them (kernel-values.py).

  This project's own changes to the kernel are in patches/, a list for each
  architecture that has some. With INITRAMFS_SOURCE among the symbols, the kernel
  holds an initramfs with one program (preinit.nix).

  # Inputs

  `pkgs`
  : a package set (interface.nix)

  `architecture`
  : ARCH of the kernel: "mips", "arm", "arm64", "x86"

  `image`
  : path of what boots, below the built tree: "vmlinux",
    "arch/arm64/boot/Image"; its last part is the make target

  `source`
  : name of one of the package set's `linuxSources`

  `symbols`
  : Kconfig symbols without CONFIG_, each with its value as .config writes it:
    `{ NET = "y"; BRIDGE = "m"; CMDLINE = "\"quiet\""; }`

  `patches`, `preinit`
  : what of them this kernel has: a list of paths, and the path of preinit.nix

  `openwrtTarget`
  : folder below target/linux in OpenWrt's source, whose files and patches are
    applied after those of every target

  # Outputs

  `out`
  : `kernel`: the image; a vmlinux is stripped

  `modules`
  : lib/modules/VERSION with the .ko files and the lists that depmod reads

  `config`
  : the .config, as one file

  `support`
  : what reports from the field are read with: `System.map`, the addresses of
    its symbols (nm(1)), and `objects`, the object files that were compiled, a
    path each: what of the source this kernel is made of

  `drivers`
  : what its built-in drivers match, as one file (python/match_tables.py)

  `trees`
  : the sources of the architecture's device trees, as one archive: in the
    kernel's own folders, and OpenWrt's in openwrt/

  Further attributes are other derivations: `audit` ends with the audit, and gives
  the .config, in seconds once `kconfig` is made, which holds what of the source
  Kconfig reads, whatever the symbols; `sources` says which file of the source matches which hardware,
  and which symbol makes it (python/driver_sources.py), for advice.

  # Type

  { pkgs } -> { architecture, image, source, symbols, ... } -> Derivation

  # Example

  ```nix
  import ./kernel.nix { inherit pkgs; } {
    architecture = "mips";
    image = "vmlinux";
    source = "6.12";
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
  source,
  symbols,
  openwrtTarget ? null,
  patches ? [ ],
  preinit ? null,
}:
let
  inherit (pkgs) buildPackages lib stdenv;

  linux =
    pkgs.linuxSources.${source}
      or (throw "this package set has no kernel `${source}`; it has ${lib.concatStringsSep ", " (builtins.attrNames pkgs.linuxSources)}");

  # "6.12" of "6.12.85": how OpenWrt names its folders of patches.
  series = builtins.concatStringsSep "." (builtins.match "([0-9]+)\\.([0-9]+).*" linux.version);

  environment = {
    inherit architecture image;
    inherit (linux) src;

    # Sorted by name: attribute sets are.
    symbols = lib.concatLines (lib.mapAttrsToList (name: value: "${name}=${value}") symbols);
    passAsFile = [ "symbols" ];

    crossPrefix = stdenv.cc.targetPrefix;

    # A kernel chooses its own.
    hardeningDisable = [ "all" ];

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
    ]
    # What checks the machine code of a kernel for x86 reads ELF.
    ++ lib.optional (architecture == "x86") buildPackages.elfutils;
  };

  # A patch finds its place by its whole context.
  patched = lib.concatMapStrings (patch: ''
    echo "liminix-gen-phase: patch ${baseNameOf patch}" >&2
    if ! patch -p1 -f -s -F 0 <${patch} >&2; then
      echo "${baseNameOf patch} does not apply to Linux ${linux.version}" >&2
      exit 1
    fi
  '') patches;

  # OpenWrt's scripts do the same: files first, then patches in the order of their names, each in its
  # place or near it. One that the kernel's own releases have taken up is left out: it does not apply
  # as it is, and taken back it would.
  openwrt = lib.optionalString (openwrtTarget != null) ''
    for folder in generic ${openwrtTarget}; do
      for files in files files-${series}; do
        if [ -d "${linux.openwrt}/target/linux/$folder/$files" ]; then
          cp -r --no-preserve=mode "${linux.openwrt}/target/linux/$folder/$files/." .
        fi
      done
    done
    for folder in generic/backport generic/pending generic/hack ${openwrtTarget}/patches; do
      echo "liminix-gen-phase: patch $folder-${series}" >&2
      for patch in "${linux.openwrt}/target/linux/$folder-${series}"/*.patch; do
        name=$folder-${series}/$(basename "$patch")
        if patch -p1 -f -s -F 0 --dry-run <"$patch" >../rejects; then
          patch -p1 -f -s -F 0 <"$patch" >&2
        elif patch -p1 -R -f -s -F 0 --dry-run <"$patch" >../rejects; then
          echo "$name is there already" >&2
        elif ! patch -p1 -f -s <"$patch" >&2; then
          echo "$name does not apply to Linux ${linux.version}" >&2
          exit 1
        fi
      done
    done
  '';

  # A third of the files is read by no build of this architecture; to unpack and to remove them takes
  # longer than to configure. What Kconfig reads stays, and 32- and 64-bit ARM include device trees of
  # each other. Patches of others may touch any.
  architectures = lib.splitString " " (
    "alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc powerpc "
    + "riscv s390 sh sparc um x86 xtensa"
  );
  unread = lib.optionalString (openwrtTarget == null) (
    lib.concatMapStringsSep " " (path: "--exclude='*/${path}'") (
      [
        "Documentation/*/*"
        "tools/perf"
        "tools/testing"
      ]
      ++ lib.concatMap (name: [
        "arch/${name}/*.[Sch]"
        "arch/${name}/*.dts*"
      ]) (
        builtins.filter (name: lib.substring 0 3 name != lib.substring 0 3 architecture) architectures
      )
    )
  );

  # From the tarball to a tree that can be configured.
  unpacked = ''
    echo "liminix-gen-phase: unpack" >&2
    mkdir linux
    cd linux
    case "$src" in
    *.xz) xz -dc -T0 "$src" ;;
    *.gz) gzip -dc "$src" ;;
    *) cat "$src" ;;
    esac | tar x --strip-components=1 ${unread}
    ${openwrt}${patched}
    patchShebangs scripts
  '';

  kbuild = ''

    # Kbuild has variables of these names itself. A rustc that happens to be in PATH would show in
    # the .config.
    kmake() {
      env -u src -u modules -u config \
        make -s -j"$NIX_BUILD_CORES" ARCH="$architecture" CROSS_COMPILE="$crossPrefix" RUSTC=false "$@"
    }
  '';

  # From that tree to the audited .config.
  configure = ''

    echo "liminix-gen-phase: configure" >&2
    python3 ${./kernel-values.py} "$architecture" "$symbolsPath" >../asked
    sed 's/^/CONFIG_/' ../asked >../asked.config
    kmake KCONFIG_ALLCONFIG="$PWD/../asked.config" allnoconfig
    if ! awk -f ${./kernel-audit.awk} ../asked .config 2>../lost; then
      cat ../lost >&2
      python3 ${./kernel-explain.py} "$architecture" <../lost
      exit 1
    fi
  '';

  configured = unpacked + kbuild + configure;

  # What of the source Kconfig reads, and its own programs, compiled: a hundredth of it.
  kconfig =
    pkgs.runCommand "linux-${linux.version}-kconfig"
      (removeAttrs environment [
        "passAsFile"
        "symbols"
      ])
      ''
        ${unpacked}${kbuild}
        kmake allnoconfig
        rm .config
        find . ! -type d \( -path './Makefile' -o -path './scripts/*' -o -name 'Kconfig*' \
          -o -path "./arch/$architecture/*" \( -path '*/tools/*' -o -name 'Kbuild*' \
          -o -name 'Makefile*' -o -name 'Platform*' \) \) -print0 >../read
        mkdir "$out"
        tar c --null -T ../read | tar x -C "$out"
      '';

  # The same as `unpacked`, for Kconfig.
  reused = ''
    cp -a ${kconfig} linux
    chmod -R u+w linux
    cd linux
  '';
in
pkgs.runCommand "linux-${linux.version}"
  (
    environment
    // {
      outputs = [
        "out"
        "modules"
        "config"
        "support"
        "drivers"
        "trees"
      ];
    }
  )
  ''
    ${configured}
    cp .config "$config"

    ${lib.optionalString (preinit != null) ''
      cp ${import preinit { inherit pkgs; } { inherit architecture linux; }} preinit.cpio
    ''}
    echo "liminix-gen-phase: compile" >&2
    targets=${baseNameOf image}
    if grep -q '^CONFIG_MODULES=y' .config; then
      targets="$targets modules"
    fi
    # shellcheck disable=SC2086
    kmake $targets

    echo "liminix-gen-phase: install" >&2
    mkdir -p "$out" "$modules/lib/modules" "$support"
    cp System.map "$support"
    find . -name '*.o' ! -path './scripts/*' ! -path './tools/*' -printf '%P\n' |
      LC_ALL=C sort >"$support/objects"
    case "$image" in
    vmlinux) "''${crossPrefix}strip" -s -o "$out/kernel" vmlinux ;;
    *) cp "$image" "$out/kernel" ;;
    esac
    python3 ${import ../python.nix ../python/match_tables.py} vmlinux modules.builtin.modinfo >"$drivers"
    ${lib.optionalString (openwrtTarget != null) ''
      cp -r --no-preserve=mode "${linux.openwrt}/target/linux/${openwrtTarget}/dts" openwrt
    ''}
    # A tree of one architecture may include those of another. One of the headers is a link.
    find arch/*/boot/dts include/dt-bindings include/uapi/linux/input-event-codes.h \
      scripts/dtc/include-prefixes \
      ${lib.optionalString (openwrtTarget != null) "openwrt"} \
      \( -name '*.dts*' -o -name '*.h' -o -type l \) | LC_ALL=C sort |
      tar c -T - --mtime=@1 --owner=0 --group=0 --numeric-owner --mode=u+rw,go=r | xz -T1 -1 >"$trees"
    if grep -q '^CONFIG_MODULES=y' .config; then
      # The dependency files are made where modules are picked (kernel-modules.nix).
      kmake INSTALL_MOD_PATH="$modules" INSTALL_MOD_STRIP=1 DEPMOD=true modules_install
      rm -f "$modules"/lib/modules/*/build "$modules"/lib/modules/*/source
    fi
  ''
// {
  audit = pkgs.runCommand "linux-${linux.version}-audit" environment ''
    ${reused}${kbuild}${configure}
    cp .config "$out"
  '';

  inherit kconfig;

  # For tests, which hold what Kconfig makes of what it reads against what it makes of the whole.
  steps = {
    inherit
      configure
      environment
      kbuild
      reused
      unpacked
      ;
  };

  sources = pkgs.runCommand "linux-${linux.version}-sources" environment ''
    ${configured}
    python3 ${import ../python.nix ../python/driver_sources.py} >"$out"
  '';
}
