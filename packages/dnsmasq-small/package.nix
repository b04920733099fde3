/**
  `dnsmasq-small`: DNS, DHCP and router advertisements, and no library but that of C. A distribution's
  dnsmasq has D-Bus, names in other scripts, sets of nftables and DNSSEC, with the libraries of each.
*/
{
  sources,
  stdenv,
}:
stdenv.mkDerivation {
  name = "dnsmasq-small";
  # No TFTP, no scripts at leases, no captured packets, no zones of its own.
  flags = "-std=gnu99 -Os -ffunction-sections -fdata-sections -DNO_TFTP -DNO_SCRIPT -DNO_DUMPFILE -DNO_AUTH";
  buildCommand = ''
    mkdir -p $out/bin
    # Its own way to say which it is: a tag of git, or what the archive was made from.
    version=$(cd ${sources.dnsmasq} && sh bld/get-version .)
    for file in ${sources.dnsmasq}/src/*.c; do
      $CC $flags "-DVERSION=\"$version\"" -c "$file" -o "$(basename "$file" .c).o"
    done
    $CC *.o -Wl,--gc-sections -s -o $out/bin/dnsmasq
  '';
}
