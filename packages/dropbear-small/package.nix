/**
  `dropbear-small`: the server of ssh for keys alone, and what makes its own; it needs no library but
  that of C. A distribution's dropbear has passwords, clients, compression, and the libraries of each.
*/
{
  buildPackages,
  sources,
  stdenv,
}:
stdenv.mkDerivation {
  name = "dropbear-small";
  nativeBuildInputs = [ buildPackages.gnumake ];
  options = [
    # Any that is not the builder: nothing that is compiled here can be run here.
    "--host=mips-linux"
    "--build=x86_64-linux"
    "--enable-bundled-libtom"
    "--disable-harden"
    "--disable-lastlog"
    "--disable-loginfunc"
    "--disable-pam"
    "--disable-pututline"
    "--disable-pututxline"
    "--disable-utmp"
    "--disable-utmpx"
    "--disable-wtmp"
    "--disable-wtmpx"
    "--disable-zlib"
  ];
  settings = ''
    #define DO_MOTD 0
    #define DROPBEAR_SFTPSERVER 0
    #define DROPBEAR_SVR_PASSWORD_AUTH 0
    #define DROPBEAR_X11FWD 0
  '';
  passAsFile = [ "settings" ];
  buildCommand = ''
    cp -r ${sources.dropbear} source
    chmod -R u+w source
    cd source
    cp "$settingsPath" localoptions.h
    CFLAGS="-Os -ffunction-sections -fdata-sections" LDFLAGS="-Wl,--gc-sections -s" \
      sh ./configure CC="$CC" AR="$AR" RANLIB="$AR s" $options
    make -s -j"''${NIX_BUILD_CORES:-1}" PROGRAMS="dropbear dropbearkey" MULTI=1
    mkdir -p $out/bin
    $STRIP -o $out/bin/dropbear dropbearmulti
    ln -s dropbear $out/bin/dropbearkey
  '';
}
