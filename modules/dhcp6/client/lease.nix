{
  interface,
  sh,
}:
{
  notifies = true;

  # The daemon's callback says when there is something new, without a restart: who uses a prefix
  # follows its lifetimes.
  run = ''
    watch_changes
    lease=$outputs.daemon
    routes=/run/$name.routes
    put ifname ${sh.word (interface.output "ifname")}
    follow() {
      for key in addresses prefixes dns domain aftr resolv.conf acquired; do
        if cmp -s "$lease/$key" "$outputs/$key"; then
          continue
        elif [ -e "$lease/$key" ]; then
          cp "$lease/$key" "$outputs/.$key"
          mv -f "$outputs/.$key" "$outputs/$key"
        elif [ -e "$outputs/$key" ]; then
          rm -f "$outputs/$key"
        else
          continue
        fi
        changed=yes
      done
      : > "$routes.new"
      if [ -e "$outputs/prefixes" ]; then
        while read -r prefix _; do
          # The last one that is asked: any network on an interface is longer, and a metric of its own
          # keeps it apart from routes of the configuration.
          ip -6 route replace unreachable "$prefix" dev lo metric 2147483647
          echo "$prefix" >> "$routes.new"
        done < "$outputs/prefixes"
      fi
      if [ -e "$routes" ]; then
        while read -r prefix; do
          if ! grep -q -x -F "$prefix" "$routes.new"; then
            ip -6 route del unreachable "$prefix" dev lo metric 2147483647 || log "route was gone"
          fi
        done < "$routes"
      fi
      mv "$routes.new" "$routes"
    }
    publish_changes follow
  '';

  finish = ''
    routes=/run/$name.routes
    if [ -e "$routes" ]; then
      while read -r prefix; do
        ip -6 route del unreachable "$prefix" dev lo metric 2147483647 || log "route was gone"
      done < "$routes"
      rm -f "$routes"
    fi
  '';
}
