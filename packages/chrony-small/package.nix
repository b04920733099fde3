/**
  `chrony-small`: chronyd and chronyc for time servers without certificates, and no library but that of
  C. A distribution's chrony has NTS, keys other than MD5's, clocks that are wired to the machine, and
  GnuTLS.
*/
{
  buildPackages,
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
  nativeBuildInputs = [ buildPackages.gnumake ];
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
    make chronyd chronyc
    cp chronyd chronyc $out/bin
  '';
}
