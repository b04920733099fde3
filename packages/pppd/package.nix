/**
  `pppd`: the daemon of PPP for a line to a provider: PAP and CHAP, IPv4 and IPv6, and its plugins
  for PPPoE and L2TP in the kernel. Without what a router's line does not have, so that it needs the
  C library alone: accounts (PAM, RADIUS), certificates (EAP-TLS, PEAP), Microsoft's CHAP, captured
  packets (pcap). What calls it has scripts and options of its own in /etc/ppp.
*/
{
  lib,
  sources,
  stdenv,
}:
let
  # What configure would find in a Linux system.
  found = map (name: "-DHAVE_${name}=1") [
    "ASM_TYPES_H"
    "LINUX_IF_ETHER_H"
    "LINUX_IF_H"
    "LINUX_IF_PACKET_H"
    "LOGWTMP"
    "MMAP"
    "NETINET_IF_ETHER_H"
    "NETPACKET_PACKET_H"
    "NET_IF_ARP_H"
    "NET_IF_H"
    "PATHS_H"
    "STDARG_H"
    "STDBOOL_H"
    "STDDEF_H"
    "STDINT_H"
    "STRUCT_SOCKADDR_LL"
    "SYS_IOCTL_H"
    "SYS_SOCKET_H"
    "SYS_TIME_H"
    "SYS_TYPES_H"
    "SYS_UIO_H"
    "TIME_H"
    "UNISTD_H"
    "UTMP_H"
  ];
in
stdenv.mkDerivation {
  name = "pppd";
  flags = lib.concatStringsSep " " (
    [
      "-std=gnu99"
      "-D_GNU_SOURCE"
      "-Os"
      "-DSIZEOF_UNSIGNED_INT=4"
      "-DSIZEOF_UNSIGNED_SHORT=2"
      "-DPPP_WITH_IPV6CP=1"
      "-DPPP_WITH_PLUGINS=1"
    ]
    ++ found
  );
  # Without a main function and the parts that are left out.
  parts = [
    "auth"
    "ccp"
    "chap"
    "chap-md5"
    "crypto"
    "demand"
    "eap"
    "ecp"
    "eui64"
    "fsm"
    "ipcp"
    "ipv6cp"
    "lcp"
    "magic"
    "main"
    "options"
    "ppp-md5"
    "session"
    "sys-linux"
    "tty"
    "upap"
    "utils"
  ];
  buildCommand = ''
    mkdir -p $out/bin $out/lib/pppd
    source=${sources.ppp}/pppd
    version=$(sed -n '/^AC_INIT/,/)/s/^ *\[\([0-9.]*\)\],$/\1/p' ${sources.ppp}/configure.ac)
    {
      # The release has this file of a build with everything.
      echo '#define PPP_PPPDCONF_H'
      for name in PPPD_VERSION VERSION PACKAGE_VERSION; do
        echo "#define $name \"''${version:?configure.ac names none}\""
      done
      echo '#define PACKAGE_NAME "ppp"'
      echo '#define PACKAGE_BUGREPORT "the maker of this system"'
      echo '#define SYSCONFDIR "/etc"'
      echo '#define PPPD_RUNTIME_DIR "/run/pppd"'
      echo '#define PPPD_LOGFILE_DIR "/run/pppd"'
      echo "#define PPPD_PLUGIN_DIR \"$out/lib/pppd\""
    } >settings.h
    flags="$flags -I${sources.ppp} -include $PWD/settings.h"

    for part in $parts; do
      $CC $flags -c "$source/$part.c" -o "$part.o"
    done
    # Plugins find the functions of pppd in the program.
    $CC *.o -Wl,-E -ldl -lutil -s -o $out/bin/pppd

    cd $source/plugins/pppoe
    $CC $flags -fPIC -shared -DPLUGIN plugin.c discovery.c if.c common.c \
      -s -o $out/lib/pppd/pppoe.so
    $CC $flags -fPIC -shared ../pppol2tp/pppol2tp.c -s -o $out/lib/pppd/pppol2tp.so
  '';
}
