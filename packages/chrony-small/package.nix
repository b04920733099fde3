/**
  `chrony-small`: chronyd and chronyc for time servers without certificates, and no library but that of
  C. A distribution's chrony has NTS, keys other than MD5's, clocks that are wired to the machine, and
  GnuTLS.
*/
{
  c,
  sources,
  stdenv,
}:
let
  own = builtins.path {
    name = "chrony-small-source";
    path = ./.;
    filter = file: type: type == "directory" || builtins.match ".*\\.[ch]" file != null;
  };
in
stdenv.mkDerivation {
  name = "chrony-small";
  options = [
    "--host-system=Linux"
    "--host-release=6.12"
    "--host-machine=any"
    "--chronyrundir=/run/chrony"
    "--disable-nts"
    "--disable-phc"
    "--disable-pps"
    "--disable-readline"
    "--disable-refclock"
    "--disable-sechash"
    "--without-seccomp"
  ];
  buildCommand = ''
    mkdir -p $out/bin
    # -lcap: the linker takes an object under this name.
    $CC ${c.flags} -c ${own}/capability.c -o libcap.a
    cp -r ${sources.chrony} source
    chmod -R u+w source
    library=$PWD
    cd source
    CC="$CC" CFLAGS="-Os -ffunction-sections -fdata-sections" CPPFLAGS=-I${own} \
      LDFLAGS="-L$library -Wl,--gc-sections -s" sh ./configure $options
    grep -q FEAT_PRIVDROP config.h

    # The value of a variable of the Makefile, on one line.
    value() {
      sed -e ':whole' -e '/\\$/{N;s/\\\n//;bwhole' -e '}' Makefile | sed -n "s/^$1 = //p"
    }
    for object in $(value OBJS) $(value EXTRA_OBJS) $(value CLI_OBJS) $(value EXTRA_CLI_OBJS); do
      case $object in
      *.o) [ -e "$object" ] || $CC $(value CFLAGS) $(value CPPFLAGS) -c "''${object%.o}.c" ;;
      esac
    done
    objects() {
      for object in "$@"; do
        case $object in
        *.o) echo "$object" ;;
        esac
      done
    }
    libraries="$(value LDFLAGS) $(value LIBS)"
    $CC $(objects $(value OBJS) $(value EXTRA_OBJS)) $libraries $(value EXTRA_LIBS) -o $out/bin/chronyd
    $CC $(objects $(value CLI_OBJS) $(value EXTRA_CLI_OBJS)) $libraries $(value EXTRA_CLI_LIBS) \
      -o $out/bin/chronyc
  '';
}
