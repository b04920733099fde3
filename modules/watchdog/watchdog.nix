{
  head_start,
  patience,
  sh,
  timeout,
  watchdog,
  watched,
}:
{
  run = ''
    exec ${watchdog}/bin/watchdog -t ${toString timeout} -s ${toString head_start} -p ${toString patience} \
      ${sh.words (map (service: service.name) watched)}
  '';
}
