/**
  `passwd`: a new password of a user whose hash lies on the device.
*/
{
  busybox,
  runCommand,
}:
runCommand "passwd" { } ''
  mkdir -p $out/bin
  {
    echo '#!${busybox}/bin/sh'
    cat ${./passwd.sh}
  } >$out/bin/passwd
  chmod 755 $out/bin/passwd
''
