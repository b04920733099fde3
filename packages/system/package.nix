/**
  `system`: the device's side of `liminix-gen update` and `liminix-gen kexec`. Its store path has another name than
  that of a system (lib/root/activation.nix).
*/
{
  busybox,
  runCommand,
}:
runCommand "system-command" { } ''
  mkdir -p $out/bin
  {
    echo '#!${busybox}/bin/sh'
    echo 'PATH=${busybox}/bin'
    cat ${./system.sh}
  } >$out/bin/system
  chmod 755 $out/bin/system
''
