{
  lib,
  requires,
  sh,
}:
{
  up = ''
    ${lib.optionalString (requires != null) ''
      if [ ! -e ${sh.word requires} ]; then
        log "the required file is not there"
        exit 1
      fi
    ''}
    mkdir -p /run/test
    echo "up $name" >> /run/test/history
  '';

  down = ''
    echo "down $name" >> /run/test/history
    echo "test: down $name" > /dev/console
  '';
}
