{
  lib,
  nameservers,
  services,
  sh,
  source,
}:
{
  notifies = true;

  run = ''
    waiter=
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :' USR1
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :; exit 0' TERM
    umask 022
    follow() {
      {
        ${lib.concatMapStrings (address: ''
          echo nameserver ${sh.word address}
        '') nameservers}
        ${lib.optionalString (source != null) ''
          cat ${source.output} 2> /dev/null || :
        ''}
      } > /run/resolv.conf.new
      if ! cmp -s /run/resolv.conf.new /run/resolv.conf; then
        mv /run/resolv.conf.new /run/resolv.conf
        [ -z "$ready" ] || ${services}/bin/services announce "$name"
      fi
    }
    ready=
    follow
    announce_ready
    ready=yes
    while :; do
      # A change during the copy ends the rest, and is copied too.
      ${services}/bin/pause &
      waiter=$!
      follow
      wait "$waiter" || :
    done
  '';

  finish = ''
    rm -f /run/resolv.conf
  '';
}
