/**
  Headers and start files of the C library and of the kernel, for compiling our
  own programs: the target's packages unpacked over one another, not flattened,
  because the compiler and libc.so (a linker script) name their paths.
*/
{
  debs,
  runCommand,
  tools,
  triplet,
}:
runCommand "sysroot-${triplet}"
  {
    inherit debs triplet;
    nativeBuildInputs = [ tools.dpkg ];
  }
  ''
    mkdir "$out"
    for deb in $debs; do
      dpkg-deb --fsys-tarfile "$deb" | tar x -C "$out" --no-same-owner --no-same-permissions \
        --exclude='./usr/share' --exclude='./usr/bin' --exclude='./usr/lib/*/gconv' --exclude='./etc'
    done
    # A release whose files are all below /usr names them without it, too.
    for folder in lib lib64; do
      [ -e "$out/$folder" ] || ! [ -d "$out/usr/$folder" ] || ln -s "usr/$folder" "$out/$folder"
    done
    # Links that leave the sysroot by an absolute path.
    find "$out" -type l -lname '/*' | while read -r link; do
      ln -sfn "$out$(readlink "$link")" "$link"
    done
  ''
