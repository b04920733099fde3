{
  label,
  lib,
  sh,
}:
let
  mounted = label != null;

  # New random bytes before the old ones are used again: a seed serves one boot.
  save = ''
    dd if=/dev/urandom of=/state/seed.new bs=256 count=1 2>/dev/null
    chmod 0600 /state/seed.new
    date +%s > /state/clock.new
    sync
    mv -f /state/seed.new /state/seed
    mv -f /state/clock.new /state/clock
  '';
in
{
  up = ''
    ${lib.optionalString mounted ''
      label=${sh.word label}
      device=$(findfs "LABEL=$label") || :
      if [ -z "$device" ]; then
        log "no partition is labelled $label"
        return 1
      fi
      mount -t ext4 -o noatime "$device" /state
    ''}
    if [ -e /state/seed ]; then
      cat /state/seed > /dev/urandom
    fi
    if [ -e /state/clock ]; then
      read -r clock < /state/clock
      if [ "$(date +%s)" -lt "$clock" ]; then
        date -s "@$clock" > /dev/null
      fi
    fi
    ${save}
    mkdir -p -m 0755 /state/services
    rmdir /run/services/state
    ln -s /state/services /run/services/state
  '';

  down = ''
    if [ -L /run/services/state ]; then
      rm /run/services/state
      mkdir /run/services/state
    fi
    if [ -d /state/services ]; then
      ${save}
      ${lib.optionalString mounted "umount /state"}
    fi
  '';
}
