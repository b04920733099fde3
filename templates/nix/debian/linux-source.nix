/**
  Debian's kernel source, with Debian's patches: the tarball that the package
  linux-source-* holds, and its version.
*/
{
  deb,
  runCommand,
  tools,
  version,
}:
{
  # "6.1.176-1" is the first packaging of 6.1.176.
  version = builtins.head (builtins.match "([0-9.]+).*" version);

  src =
    runCommand "linux-source-${builtins.replaceStrings [ "~" ":" ] [ "_" "-" ] version}.tar.xz"
      {
        inherit deb;
        nativeBuildInputs = [ tools.dpkg ];
      }
      ''
        dpkg-deb --fsys-tarfile "$deb" | tar x --wildcards './usr/src/linux-source-*.tar.xz'
        mv usr/src/linux-source-*.tar.xz "$out"
      '';
}
