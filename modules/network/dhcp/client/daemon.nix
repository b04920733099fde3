{
  arguments,
  host_name,
  interface,
  request,
  runCommand,
  services,
  sh,
}:
let
  callback = runCommand "dhcp-callback" {
    common = ../../callback.sh;
    source = ./callback.sh;
  } ''
    cat "$common" "$source" > "$out"
    chmod 0755 "$out"
  '';
in
{
  # After a crash the lease must wait until a server has confirmed it.
  run = ''
    export daemon="$name"
    ${services}/bin/services stop -c "''${name%.daemon}" || :
    export requested=${sh.word request}
    ${if host_name == null then "read -r hostname < /etc/hostname" else "hostname=${sh.word host_name}"}
    exec udhcpc -f -R -t 4 -T 3 -A 15 \
      -i ${sh.word (interface.output "ifname")} \
      -x "hostname:$hostname" \
      -O staticroutes -O msstaticroutes -O ntpsrv \
      -s ${callback} ${sh.words arguments}
  '';
}
