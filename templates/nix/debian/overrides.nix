/**
  What Debian's own metadata does not say about a package, by Debian name.

  `drop`
  : globs below the flattened tree ($out) that are left out

  `libraries`
  : Debian names of libraries that the package needs and does not declare

  `applets`
  : program whose compiled-in applet table becomes links in bin/

  `verbatim`
  : true: no file is patched
*/
{
  busybox.applets = "bin/busybox";

  # Only what programs load: no character set tables, no auditing, no tools.
  # The C library finds the loader by itself and is in memory before any other
  # library asks for it, so its files stay as they are.
  libc6 = {
    drop = [
      "bin"
      "etc"
      "lib/audit"
      "lib/gconv"
      "libexec"
      "share"
    ];
    verbatim = true;
  };

  # Scripts that write what a service of ours does, and a watcher of udev.
  dhcpcd-base.drop = [
    "etc"
    "lib/dhcpcd"
    "share"
  ];

  # What is done at events is a service's business. Of the plugins, those for accounts elsewhere and for ATM.
  ppp.drop = [
    "etc"
    "lib/pppd/*/minconn.so"
    "lib/pppd/*/openl2tp.so"
    "lib/pppd/*/passwordfd.so"
    "lib/pppd/*/pppoatm.so"
    "lib/pppd/*/radattr.so"
    "lib/pppd/*/radius.so"
    "lib/pppd/*/radrealms.so"
    "lib/pppd/*/winbind.so"
    "share"
  ];

  # Both use libcom_err.so.2 and declare it only through other packages.
  libext2fs2.libraries = [ "libcom-err2" ];
  libext2fs2t64.libraries = [ "libcom-err2" ];

  # Scripts of another init, and what reads the log of a kernel that crashed.
  kexec-tools.drop = [
    "bin/coldreboot"
    "bin/vmcore-dmesg"
    "etc"
  ];

  # A script for bash that sets up interfaces, and what calls it.
  wireguard-tools.drop = [
    "bin/wg-quick"
    "etc"
    "lib"
    "share"
  ];

  # Traffic shaping over ATM; libatm is only suggested.
  iproute2.drop = [ "lib/tc/q_atm.so" ];
}
