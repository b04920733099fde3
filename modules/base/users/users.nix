{
  lib,
  locked,
  password_hashes,
  sh,
}:
{
  up = ''
    umask 077
    entry() {
      hash='!'
      if [ $# -eq 2 ]; then
        if [ -r "$2" ] && read -r hash < "$2"; then
          :
        else
          log "no password for $1: cannot read $2"
          hash='!'
        fi
      fi
      case $hash in
      '$'*[:\ ]* | [!\$!]* | "")
        log "no password for $1: $2 holds no hash of crypt(5)"
        hash='!'
        ;;
      esac
      printf '%s:%s:::::::\n' "$1" "$hash"
    }
    {
      ${lib.concatMapStrings (user: ''
        entry ${sh.word user}
      '') locked}
      ${lib.concatStrings (
        lib.mapAttrsToList (user: file: ''
          entry ${sh.word user} ${sh.word file}
        '') password_hashes
      )}
    } > /run/shadow.new
    mv /run/shadow.new /run/shadow
  '';

  down = ''
    rm -f /run/shadow
  '';
}
