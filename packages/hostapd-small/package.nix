/**
  `hostapd-small`: access points with WPA2 and WPA3, without a server for the accounts of companies (EAP, RADIUS), WPS
  and TKIP. It has in it what it uses of wolfCrypt, for the curves of WPA3, and of libnl, and needs the C library alone;
  with OpenSSL it would be five times as large. nixpkgs has its own, with OpenSSL.
*/
{
  buildPackages,
  lib,
  sources,
  stdenv,
}:
let
  # 802.11n is always in it.
  options = [
    "ACS=y"
    "DRIVER_NL80211=y"
    "ELOOP_EPOLL=y"
    "GETRANDOM=y"
    "IEEE80211AC=y"
    "IEEE80211AX=y"
    "LIBNL32=y"
    "NO_ACCOUNTING=y"
    "NO_DUMP_STATE=y"
    "NO_RADIUS=y"
    "NO_TKIP=y"
    "NO_VLAN=y"
    "SAE=y"
    "TLS=wolfssl"
  ];
in
sources.hostapd or (stdenv.mkDerivation {
  name = "hostapd-small";
  inherit (sources) libnl3 wolfssl wpa;
  # An assertion names its file, and with it the source would be in every image.
  disallowedReferences = [
    sources.libnl3
    sources.wolfssl
    sources.wpa
  ];
  nativeBuildInputs = [ buildPackages.gnumake ];
  options = lib.concatMapStrings (option: "CONFIG_${option}\n") options;
  settings = ./settings.h;
  ciphers = [
    "aes"
    "arc4"
    "asn"
    "cmac"
    "coding"
    "des3"
    "dh"
    "ecc"
    "error"
    "hash"
    "hmac"
    "kdf"
    "logging"
    "md4"
    "md5"
    "memory"
    "pwdbased"
    "random"
    "sha"
    "sha256"
    "sha512"
    "sp_int"
    "wc_port"
    "wolfmath"
  ];
  messages = [
    "addr"
    "attr"
    "cache"
    "cache_mngt"
    "data"
    "error"
    "genl/ctrl"
    "genl/family"
    "genl/genl"
    "genl/mngt"
    "handlers"
    "hash"
    "hashtable"
    "mpls"
    "msg"
    "nl"
    "object"
    "socket"
    "utils"
    "version"
  ];
  buildCommand = ''
    flags="-Os -ffunction-sections -fdata-sections -w -D_GNU_SOURCE -DWOLFSSL_USER_SETTINGS -DSYSCONFDIR=\"/etc\""
    flags="$flags -ffile-prefix-map=$libnl3=libnl3 -ffile-prefix-map=$wolfssl=wolfssl"
    flags="$flags -I$PWD/made -I$wolfssl -I$libnl3/include -I$libnl3/include/linux-private"

    # What configure of each would write.
    mkdir -p made/netlink made/wolfssl
    cp $settings made/user_settings.h
    touch made/defs.h made/wolfssl/options.h
    sed 's/"@[A-Z_]*@"/""/; s/@[A-Z_]*@/0/' $libnl3/include/netlink/version.h.in >made/netlink/version.h

    for part in $ciphers; do
      $CC $flags -c $wolfssl/wolfcrypt/src/$part.c -o cipher-$part.o
    done
    $AR cr libwolfssl.a cipher-*.o
    for part in $messages; do
      $CC $flags -c $libnl3/lib/$part.c -o message-''${part#*/}.o
    done
    $AR cr libnl-3.a message-*.o
    $AR cr libnl-genl-3.a

    # It is compiled where its source is.
    cp -r $wpa/hostapd $wpa/src .
    chmod -R u+w hostapd src
    printf %s "$options" >hostapd/.config
    CFLAGS="$flags" LDFLAGS="-L$PWD -Wl,--as-needed -Wl,--gc-sections" \
      make -s -j"''${NIX_BUILD_CORES:-1}" -C hostapd CC="$CC" PKG_CONFIG=false hostapd hostapd_cli

    mkdir -p $out/bin
    for program in hostapd hostapd_cli; do
      $STRIP -o $out/bin/$program hostapd/$program
    done
  '';
})
