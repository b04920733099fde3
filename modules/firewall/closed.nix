{
  closed,
  nftables,
  writeText,
}:
let
  nft = "${nftables}/bin/nft";
in
{
  up = ''
    ${nft} -f ${writeText "firewall-closed.nft" closed}
  '';

  down = ''
    ${nft} delete table inet closed
  '';
}
