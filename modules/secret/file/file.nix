{
  path,
  secret-file,
  services,
  sh,
}:
{
  notifies = true;
  run = ''
    exec ${secret-file}/bin/secret-file ${sh.word path} "$outputs" \
      ${services}/bin/services announce "$name"
  '';
}
