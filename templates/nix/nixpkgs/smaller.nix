/**
  Programs without the parts that a router has no use for, by nixpkgs name:
  flash is small, and a library left out is one that nobody has to compile.

  # Type

  AttrsOf (Derivation -> Derivation)
*/
{
  # It is there for NTS; without that there is packages/chrony-small. Lines of chronyc are edited by
  # libedit, and its sandbox needs libseccomp.
  chrony =
    package:
    package.overrideAttrs (before: {
      buildInputs = builtins.filter (
        input:
        builtins.elem (input.pname or "") [
          "gnutls"
          "libcap"
        ]
      ) before.buildInputs;
      configureFlags = builtins.filter (flag: flag != "--enable-scfilter") before.configureFlags;
    });

  # It is there for DNSSEC; without that there is packages/dnsmasq-small.
  dnsmasq =
    package:
    (package.override { dbusSupport = false; }).overrideAttrs (before: {
      buildInputs = builtins.filter (input: input.pname or "" == "nettle") before.buildInputs;
      preBuild = ''
        makeFlagsArray=("COPTS=-DHAVE_DNSSEC")
      '';
    });

  hostapd = package: package.override { sqlite = null; };

  # Rules come from files: no line editor, no JSON, no extensions of iptables, no libpcap, which nft
  # links but does not call; numbers by the mini-gmp of its own sources.
  nftables =
    package:
    (package.override {
      withCli = false;
      withXtables = false;
    }).overrideAttrs
      (before: {
        buildInputs = builtins.filter (
          input:
          builtins.elem (input.pname or "") [
            "libmnl"
            "libnftnl"
          ]
        ) before.buildInputs;
        configureFlags = builtins.filter (flag: flag != "--with-json") before.configureFlags ++ [
          "--with-mini-gmp"
        ];
      });

  ppp = package: package.override { withSystemd = false; };

  # Without libunwind and elfutils, which bring 50 libraries, it cannot print a stack (-k).
  strace = package: package.overrideAttrs { buildInputs = [ ]; };

  # wg alone: the script for bash beside it brings iproute2 and iptables.
  wireguard-tools =
    package:
    package.overrideAttrs (before: {
      buildInputs = [ ];
      makeFlags = map (builtins.replaceStrings [ "=yes" ] [ "=no" ]) before.makeFlags;
      postFixup = "";
    });
}
