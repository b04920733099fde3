{
  lib,
  locked,
  password_hashes,
  secret_hashes,
  sh,
}:
{
  notifies = true;

  run = ''
    watch_changes
    . ${./shadow.sh}
    entries() {
      ${lib.concatMapStrings (user: "entry ${sh.word user}\n") locked}
      ${lib.concatStrings (
        lib.mapAttrsToList (user: file: "entry ${sh.word user} ${sh.word file}\n") password_hashes
        ++ lib.mapAttrsToList (user: secret: "entry ${sh.word user} ${sh.word secret.secret}\n") secret_hashes
      )}
    }
    write_shadow entries
    announce_ready
    follow_changes write_shadow entries
  '';

  finish = ''
    rm -f /run/shadow
  '';
}
