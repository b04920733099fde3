/**
  Programs without the parts that a router has no use for, by nixpkgs name:
  flash is small, and a library left out is one that nobody has to compile.

  # Type

  AttrsOf (Derivation -> Derivation)
*/
{
  # The socket of chronyc is editable by libedit, NTS needs gnutls, its sandbox libseccomp.
  chrony =
    package:
    package.overrideAttrs (before: {
      buildInputs = [ ];
      configureFlags = builtins.filter (flag: flag != "--enable-scfilter") before.configureFlags;
    });

  # Without COPTS it has DNS, DHCP and router advertisements, and needs no library.
  dnsmasq =
    package:
    (package.override { dbusSupport = false; }).overrideAttrs {
      buildInputs = [ ];
      preBuild = "";
    };

  hostapd = package: package.override { sqlite = null; };

  # Rules come from files: no line editor, no extensions of iptables.
  nftables =
    package:
    package.override {
      withCli = false;
      withXtables = false;
    };

  ppp = package: package.override { withSystemd = false; };
}
