{
  lib,
  nameservers,
  sh,
  source,
}:
{
  notifies = true;

  run = ''
    watch_changes
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
        changed=yes
      fi
    }
    publish_changes follow
  '';

  finish = ''
    rm -f /run/resolv.conf
  '';
}
