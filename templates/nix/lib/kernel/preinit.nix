/**
  preinit: the initramfs of a kernel that cannot mount its root by itself (a
  writable root, or an MTD partition by its name), with one program
  (preinit/) that mounts the root and starts its init.

  Compiled against the headers of the kernel that carries it. Nothing else of
  the kernel is an input: a change of its configuration makes no other archive.

  # Inputs

  `pkgs`
  : a package set (interface.nix)

  `architecture`
  : ARCH of the kernel: "mips", "arm", "arm64", "x86"; the byte order is the
    compiler's

  `linux`
  : one of the package set's `linuxSources`

  # Output

  One file: an uncompressed cpio archive (newc) with /dev, /dev/console and
  /init. A larger one than 3072 bytes fails the build.

  # Type

  { pkgs } -> { architecture, linux } -> Derivation

  # Example

  ```nix
  import ./preinit.nix { inherit pkgs; } {
    architecture = "mips";
    linux = pkgs.linuxSources."6.12";
  }
  ```
*/
{
  pkgs,
}:
{
  architecture,
  linux,
}:
let
  inherit (pkgs) buildPackages stdenv;

  # Of each architecture: the start code's name in nolibc, and what the compiler has to be told.
  # ARM instructions run on a kernel without ARM_THUMB too; why not PIC on MIPS is in preinit.c.
  compilation =
    {
      arm = {
        entry = "_start";
        flags = "-marm";
      };
      arm64 = {
        entry = "_start";
        flags = "";
      };
      mips = {
        entry = "__start";
        flags = "-mno-abicalls -fno-pic -G0";
      };
      # Debian's compiler marks every place that is jumped to, for a check that this does without.
      # Disks have names of partitions.
      x86 = {
        entry = "_start";
        flags = "-m64 -fcf-protection=none -DPARTITIONS";
      };
    }
    .${architecture} or (throw "preinit is not made for the architecture `${architecture}`");
in
pkgs.runCommand "preinit-${linux.version}.cpio"
  {
    inherit architecture;
    inherit (compilation) entry flags;
    inherit (linux) src;

    crossPrefix = stdenv.cc.targetPrefix;
    limitBytes = 3072;

    # There is no C library that they could use.
    hardeningDisable = [ "all" ];

    nativeBuildInputs = [
      stdenv.cc
      buildPackages.stdenv.cc
      buildPackages.gnumake
      buildPackages.python3
      buildPackages.xz
    ];
  }
  ''
    echo "liminix-gen-phase: unpack" >&2
    mkdir linux
    case "$src" in
    *.xz) xz -dc -T0 "$src" ;;
    *.gz) gzip -dc "$src" ;;
    *) cat "$src" ;;
    esac | tar x -C linux --strip-components=1 --wildcards --no-wildcards-match-slash \
      '*/Kbuild' '*/Makefile' '*/include/asm-generic' '*/include/uapi' '*/scripts' \
      '*/tools/include/nolibc' '*/tools/include/tools' '*/usr/gen_init_cpio.c' "*/arch/$architecture"
    cd linux
    patchShebangs scripts

    echo "liminix-gen-phase: headers" >&2
    env -u src -u flags make -s -j"$NIX_BUILD_CORES" \
      ARCH="$architecture" CROSS_COMPILE="$crossPrefix" RUSTC=false headers
    gcc -O1 -o ../gen_init_cpio usr/gen_init_cpio.c
    cd ..

    echo "liminix-gen-phase: compile" >&2
    # shellcheck disable=SC2086
    "''${crossPrefix}gcc" $flags -std=gnu11 -Os -Wall -Wextra -Werror \
      -ffreestanding -fno-pie -fno-stack-protector -fno-ident -fomit-frame-pointer \
      -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-tree-loop-distribute-patterns \
      -ffunction-sections -fdata-sections \
      -nostdinc -isystem linux/tools/include/nolibc \
      -isystem "$("''${crossPrefix}gcc" -print-file-name=include)" -isystem linux/usr/include \
      -nostdlib -static -no-pie -Wl,-N,-e,"$entry",--gc-sections,--build-id=none,-z,norelro \
      -Wl,--no-warn-rwx-segments -T ${./preinit}/preinit.ld \
      -o init ${./preinit}/preinit.c -lgcc
    "''${crossPrefix}strip" -s init
    python3 ${import ../python.nix ../python/cut_section_headers.py} init

    echo "liminix-gen-phase: archive" >&2
    # An archive of ours replaces the kernel's own, so it has the console, too.
    cat >entries <<'END'
    dir /dev 0755 0 0
    nod /dev/console 0600 0 0 c 5 1
    file /init init 0755 0 0
    END
    # -t is for all but files, which keep their own time.
    touch -d @0 init
    ./gen_init_cpio -t 0 entries >preinit.cpio
    size=$(stat -c %s preinit.cpio)
    if [ "$size" -gt "$limitBytes" ]; then
      echo "preinit is an archive of $size bytes, $((size - limitBytes)) over the limit of $limitBytes; its program has $(stat -c %s init)" >&2
      exit 1
    fi
    cp preinit.cpio "$out"
  ''
