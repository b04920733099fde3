{
  key,
  sealed,
  sh,
  unseal,
  writeText,
}:
{
  up = ''
    value=$(${unseal}/bin/unseal ${sh.word (key.output "path")} ${writeText "sealed" sealed})
    umask 077
    put value "''${value%%
    *}"
  '';
}
