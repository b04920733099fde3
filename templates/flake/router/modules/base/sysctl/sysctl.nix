{ }:
{
  up = ''
    missing=
    while IFS=' ' read -r path _ _; do
      case $path in
      -*) continue ;;
      esac
      if [ -e "/proc/sys/$path" ]; then
        continue
      fi
      # net/ipv4/conf/INTERFACE/KEY: what an interface can have, all have by default.
      key=''${path##*/}
      interface=''${path%/*}
      kind=''${interface%/*}
      interface=''${interface##*/}
      if [ -e "/proc/sys/$kind/default/$key" ]; then
        log "$path is set when there is an interface $interface"
      else
        missing="$missing''${missing:+, }$path"
      fi
    done < "$settings"
    kernel_settings
    if [ -n "$missing" ]; then
      log "this kernel has no setting $missing"
      return 1
    fi
  '';
}
