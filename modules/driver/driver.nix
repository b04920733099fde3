{
  devices,
  firmware,
  lib,
  modules,
  sh,
}:
{
  # The modules are loaded before this starts: by then the hardware is there.
  up = ''
    put modules ${sh.word (lib.concatStringsSep " " modules)}
    put firmware ${sh.word (lib.concatStringsSep " " firmware)}
    put devices ${sh.word (lib.concatStringsSep " " devices)}
  '';
}
