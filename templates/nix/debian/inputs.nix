/**
  What programs are compiled from, by name, as lib/interface.nix lists it.

  # Inputs

  `files`
  : the files of each of Debian's packages, by its name
*/
{
  files,
  runCommand,
  tools,
}:
{
  fennel = runCommand "fennel-compiler" {
    deb = builtins.head files.fennel;
    nativeBuildInputs = [ tools.dpkg ];
  } ''
    dpkg-deb --fsys-tarfile "$deb" | tar x --no-same-owner --no-same-permissions --wildcards '*.lua'
    mkdir "$out"
    find . -type f -name fennel.lua | sort | head -n 1 | while read -r file; do
      cp "$file" "$out/fennel.lua"
    done
  '';

  # With Debian's patches, or its fixes would not be in it; not with what makes it build and look for
  # modules as Debian's own.
  lua = runCommand "lua-source" {
    files = files."lua5.4";
    nativeBuildInputs = [
      tools.patch
      tools.xz
    ];
  } ''
    mkdir "$out"
    for file in $files; do
      case $file in
      *.debian.tar.*) tar xf "$file" --no-same-owner ;;
      *) tar xf "$file" --no-same-owner --strip-components=1 -C "$out" ;;
      esac
    done
    while read -r name; do
      case $name in
      "#"* | *-build-system.patch | *-modules-paths.patch) ;;
      *) patch -s -p1 -d "$out" <"debian/patches/$name" ;;
      esac
    done <debian/patches/series
  '';
}
