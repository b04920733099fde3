{
  path,
  sh,
  unseal,
}:
{
  up = ''
    path=${sh.word path}
    mkdir -p -m 0700 "''${path%/*}"
    [ -s "$path" ] || log "making the key of this device"
    public=$(${unseal}/bin/unseal -k "$path")
    put path "$path"
    put public "$public"
  '';
}
