{
  configuration,
  interface,
  radvd,
  sh,
  writeText,
}:
{
  run = ''
    : ${sh.word (interface.output "ifname")}
    file=/run/provider/radvd.conf
    if [ ! -e "$file" ]; then
      mkdir -p /run/provider
      cp ${writeText "radvd.conf" configuration} "$file"
    fi
    exec ${radvd}/bin/radvd --nodaemon --logmethod stderr --config "$file" --pidfile "/run/$name.pid"
  '';
}
