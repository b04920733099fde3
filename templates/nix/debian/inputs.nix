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
let
  # The source of a package with Debian's patches, or its fixes would not be in it. `without` is a pattern of the
  # shell: names of patches that are left out.
  source =
    name: without:
    runCommand "${name}-source"
      {
        files = files.${name};
        nativeBuildInputs = [
          tools.patch
          tools.xz
        ];
      }
      ''
        mkdir "$out"
        for file in $files; do
          case $file in
          *.debian.tar.*) tar xf "$file" --no-same-owner ;;
          *) tar xf "$file" --no-same-owner --strip-components=1 -C "$out" ;;
          esac
        done
        [ -e debian/patches/series ] || exit 0
        while read -r name; do
          case $name in
          "" | "#"* | ${without}) ;;
          *) patch -s -p1 -d "$out" <"debian/patches/$name" ;;
          esac
        done <debian/patches/series
      '';
in
builtins.mapAttrs (name: _: source name "nothing") files
// {
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

  # What makes it build and look for modules as Debian's own is left out.
  lua = source "lua5.4" "*-build-system.patch | *-modules-paths.patch";
}
