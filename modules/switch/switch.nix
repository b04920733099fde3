{
  device,
  lib,
  sh,
  switch-vlans,
  vlans,
}:
{
  up = ''
    ${switch-vlans}/bin/switch-vlans ${sh.word device} ${lib.concatMapStringsSep " " sh.word vlans}
    put switch ${sh.word device}
  '';
}
