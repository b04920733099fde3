/**
  What pid 1 starts from: the `init` script, the scan directory of s6-svscan and the graph for `serviced`.

  # Inputs

  `pkgs`
  : the package set

  `services`
  : the derivation of `packages/services`

  # Type

  ```
  makeInit :: {
    services :: AttrsOf Service;              # what callService and makeService give
    console :: "shell" | "login" | "none";
    consoleDevice :: String ? "console";      # below /dev
  } -> Derivation
  ```

  The derivation holds `init`, `scandir/` and `graph`. The root image links `/init` to it and has empty directories
  `/dev`, `/proc`, `/sys`, `/run` and `/root`.
*/
{ pkgs, services }:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    filter
    hasAttr
    readFile
    ;

  inherit (import ../services/service.nix { inherit pkgs services; }) sh;

  # A runtime script with what it needs to know in front.
  script =
    variables: file:
    "#!${pkgs.busybox}/bin/sh\n"
    + concatStringsSep "" (map (name: "${name}=${sh.word variables.${name}}\n") (attrNames variables))
    + readFile file;

  path = concatStringsSep ":" (
    map (package: "${package}/bin") [
      services
      pkgs.busybox
      pkgs.s6
    ]
  );

  # The kernel has mounted /dev.
  fstab = ''
    proc /proc proc nosuid,nodev,noexec 0 0
    sysfs /sys sysfs nosuid,nodev,noexec 0 0
    tmpfs /run tmpfs mode=0755,nosuid,nodev 0 0
    devpts /dev/pts devpts mode=0620,ptmxmode=0666,nosuid,noexec 0 0
    tmpfs /dev/shm tmpfs mode=1777,nosuid,nodev,size=25% 0 0
  '';
in
{
  services,
  console,
  consoleDevice ? "console",
}:
let
  all = map (name: services.${name}) (attrNames services);

  checked =
    service:
    let
      absent = filter (need: !(hasAttr need services)) (service.needs ++ service.observes);
    in
    if absent != [ ] then
      throw "service `${service.name}` needs or observes ${concatStringsSep ", " absent}, which this system does not have"
    else
      service;

  graphLine =
    service:
    concatStringsSep " " [
      service.name
      service.type
      (if service.controlled then "controlled" else "wanted")
      (toString service.upTimeout)
      (toString service.downTimeout)
      "needs=${concatStringsSep "," service.needs}"
      "observes=${concatStringsSep "," service.observes}"
    ];

  signals = {
    SIGINT = "reboot"; # Ctrl-Alt-Delete
    SIGPWR = "poweroff";
    SIGTERM = "reboot";
    SIGUSR1 = "halt";
    SIGUSR2 = "poweroff";
  };

  consoleScripts = {
    shell = ./console-shell.sh;
    login = ./console-login.sh;
  };
in
pkgs.runCommand "init"
  (
  {
    passAsFile = [
      "consoleRun"
      "crash"
      "finish"
      "fstab"
      "graph"
      "init"
      "loggerRun"
      "servicedFinish"
      "servicedRun"
    ]
    ++ attrNames signals;
    inherit fstab;
    graph = concatStringsSep "" (map (service: graphLine (checked service) + "\n") all);
    init = script {
      PATH = path;
      fstab = "${placeholder "out"}/fstab";
      scandir = "${placeholder "out"}/scandir";
    } ./init.sh;
    consoleRun =
      if console == "none" then
        ""
      else
        script { device = "/dev/${consoleDevice}"; } (
          consoleScripts.${console} or (throw "console: `${console}` is none of shell, login, none")
        );
    crash = script { inherit console; } ./crash.sh;
    finish = script { } ./finish.sh;
    loggerRun = script { } ./logger.sh;
    servicedRun = script { graph = "${placeholder "out"}/graph"; } ./serviced.sh;
    servicedFinish = script { } ./serviced-finish.sh;
  }
  // builtins.mapAttrs (_: kind: script { inherit kind; } ./shutdown.sh) signals
  )
  (
    ''
      mkdir -p $out/scandir/.s6-svscan $out/scandir/serviced $out/scandir/s6-svscan-log
      install -m 755 $initPath $out/init
      install -m 644 $fstabPath $out/fstab
      install -m 644 $graphPath $out/graph

      cd $out/scandir
      install -m 755 $crashPath .s6-svscan/crash
      install -m 755 $finishPath .s6-svscan/finish
      ${concatStringsSep "\n" (
        map (signal: "install -m 755 $" + "${signal}Path .s6-svscan/${signal}") (attrNames signals)
      )}
      install -m 755 $servicedRunPath serviced/run
      install -m 755 $servicedFinishPath serviced/finish
      install -m 755 $loggerRunPath s6-svscan-log/run
      echo 3 > s6-svscan-log/notification-fd
      if [ -s $consoleRunPath ]; then
        mkdir console
        install -m 755 $consoleRunPath console/run
        # An interactive shell ignores SIGTERM.
        echo SIGHUP > console/down-signal
      fi
    ''
    + concatStringsSep "" (
      map (service: "cp -r ${service.directory} ${sh.word service.name}\n") all
    )
  )
