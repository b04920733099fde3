/**
  `radio-capabilities`: prints what a radio can do in a band as lines for hostapd.conf.
*/
{
  c,
  stdenv,
}:
stdenv.mkDerivation {
  name = "radio-capabilities";
  src = c.source "radio-capabilities" ./.;
  netlink = c.source "netlink" ../netlink;
  buildCommand = ''
    mkdir -p $out/bin
    $CC ${c.flags} -I$netlink $src/main.c $netlink/request.c -o $out/bin/radio-capabilities -s
  '';
}
