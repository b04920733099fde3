{
  lib,
  locked,
  password_hashes,
  sh,
}:
{
  up = ''
    . ${./shadow.sh}
    entries() {
      ${lib.concatMapStrings (user: "entry ${sh.word user}\n") locked}
      ${lib.concatStrings (
        lib.mapAttrsToList (user: file: "entry ${sh.word user} ${sh.word file}\n") password_hashes
      )}
    }
    write_shadow entries
  '';

  down = ''
    rm -f /run/shadow
  '';
}
