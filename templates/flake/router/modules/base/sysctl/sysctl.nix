{
  lib,
  settings,
  sh,
}:
{
  up = ''
    missing=
    set_value() {
      if ! printf '%s\n' "$2" > "/proc/sys/$1"; then
        log "cannot set $1 to $2"
        missing=1
      fi
    }
    ${lib.concatStrings (
      lib.mapAttrsToList (path: value: "set_value ${sh.word path} ${sh.word value}\n") settings
    )}
    [ -z "$missing" ]
  '';
}
