/**
  `system`: the device's side of `liminix-gen update` and `liminix-gen kexec`.
*/
{
  busybox,
  runCommand,
}:
runCommand "system" { } ''
  mkdir -p $out/bin
  {
    echo '#!${busybox}/bin/sh'
    echo 'PATH=${busybox}/bin'
    cat ${./system.sh}
  } >$out/bin/system
  chmod 755 $out/bin/system
''
