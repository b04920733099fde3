{
  ifname,
  lib,
  listen_port,
  metric,
  mtu,
  peers,
  private_key,
  routes,
  sh,
  wireguard-tools,
}:
let
  every = lib.mapAttrsToList (name: peer: peer // { inherit name; }) peers;
  sought = builtins.filter (peer: peer.endpoint != null) every;

  # Secrets are read in the shell that can still say what is wrong with them.
  read_preshared =
    number: peer:
    lib.optionalString (peer.preshared_key != null) ''
      preshared_${toString number}=${sh.secret peer.preshared_key}
      check_key ${sh.word "the preshared key of ${peer.name}"} "$preshared_${toString number}"
    '';

  write_peer =
    number: peer:
    ''
      echo "[Peer]"
      echo PublicKey=${sh.word peer.public_key}
      echo AllowedIPs=${sh.word (lib.concatStringsSep "," peer.allowed)}
    ''
    + lib.optionalString (peer.keepalive != null) ''
      echo PersistentKeepalive=${sh.word peer.keepalive}
    ''
    + lib.optionalString (peer.preshared_key != null) ''
      echo "PresharedKey=$preshared_${toString number}"
    '';

  look_at =
    number: peer:
    let
      expected = if peer.keepalive == null then "no" else "yes";
    in
    ''
      look_at ${
        sh.words [
          number
          peer.name
          peer.public_key
          peer.endpoint
          expected
        ]
      }
    '';
in
{
  notifies = true;

  run = ''
    ifname=${sh.word ifname}
    wg=${wireguard-tools}/bin/wg
    . ${./wireguard.sh}
    ${if private_key == null then "make_key" else "key=${sh.secret private_key}"}
    check_key "the private key" "$key"
    ${lib.concatStrings (lib.imap0 read_preshared every)}
    configuration() {
      echo "[Interface]"
      echo "PrivateKey=$key"
      ${lib.optionalString (listen_port != null) "echo ListenPort=${sh.word listen_port}"}
      ${lib.concatStrings (lib.imap0 write_peer every)}
    }
    make_interface
    put ifname "$ifname"
    ip link set dev "$ifname" mtu ${sh.word mtu} up
    add_routes ${sh.words ([ metric ] ++ routes)}
    ${
      if sought == [ ] then
        ''
          announce_ready
          exec "$pause"
        ''
      else
        ''
          watch_changes
          announce_ready
          look_at_all() {
            ${lib.concatStrings (lib.imap0 look_at sought)}
          }
          follow_peers
        ''
    }
  '';

  # Its routes go with it.
  finish = ''
    ifname=${sh.word ifname}
    remove_interface "$ifname"
  '';
}
