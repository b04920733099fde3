# What service.nix makes of a few bodies, as text: nothing is built.
{ programs, source }:
let
  record = name: environment: text: environment // { outPath = "/store/${name}"; };
  pkgs = {
    lib = { };
    runCommand = record;
    writeText = name: text: record name { } text;
    buildPackages = { };
    busybox = "${programs}/busybox";
    tool = "${programs}/tool";
    other = "${programs}/other";
  };
  inherit
    (import (source + "/templates/nix/lib/services/service.nix") {
      inherit pkgs;
      services = "${programs}/services";
    })
    callService
    makeService
    sh
    ;
  call =
    body: parameters: packages:
    callService {
      name = "lan.it's";
      type = "longrun";
      inherit body packages parameters;
    };
  text = service: { inherit (service.directory) run finish; };
  body = text: _: text;
  oneshot =
    texts:
    makeService {
      name = "wan";
      type = "oneshot";
      body = texts;
    };
  wan = oneshot { up = "put router 192.0.2.1"; };
  init =
    console: needs:
    let
      made = import (source + "/templates/nix/lib/boot/init.nix") {
        pkgs = pkgs // {
          s6 = "/s6";
        };
        services = "/services";
      };
    in
    made {
      inherit console;
      services = {
        inherit wan;
        "route" = makeService {
          name = "route";
          type = "oneshot";
          body.up = "";
          inherit needs;
        };
      };
    };
in
{
  inherit wan;
  words =
    values:
    map sh.word values;
  references = {
    reference = sh.word (wan.output "router");
    secret = sh.secret (wan.secret "password");
    perhapsSecret = sh.secret (wan.output "router");
    noSecret = sh.secret "it's";
    words = sh.words [
      "a b"
      7
      (wan.output "router")
    ];
  };
  oneshot = text (oneshot {
    up = ''
      put router 192.0.2.1
      echo up-text
    '';
    down = "echo down-text";
  });
  nothing = text (oneshot { up = ""; });
  plain = text (
    call (
      { sh, via }:
      {
        run = ''
          echo via=${sh.word via}
          if true; then
            exec sleep 1000
          fi
        '';
      }
    ) { via = wan.output "router"; } [ ]
  );
  polled = text (
    call (body {
      run = "rm -f flag\nexec sleep 1000";
      ready = "[ -e flag ] || { touch flag; false; }";
      finish = "rm -f flag";
    }) { } [ ]
  );
  undeclared = text (call ({ tool, other }: { run = "exec ${tool} ${other}"; }) { } [ "tool" ]);
  either = text (
    call (
      {
        tool ? other,
        other ? tool,
      }:
      {
        run = "exec ${tool}";
      }
    ) { } [ "other" ]
  );
  unused = text (call ({ tool }: { run = "exec ${tool}"; }) { x = 1; } [ "tool" "other" ]);
  missing = text (call ({ tool }: { run = "exec ${tool}"; }) { } [ "tool" "absent" ]);
  twice = text (call ({ tool, lib }: { run = "exec ${tool}"; }) { lib = 1; } [ "tool" ]);
  endless = text (call (body { run = "sleep 1000"; }) { } [ ]);
  unknown = text (call (body { run = "exec x"; up = "x"; }) { } [ ]);
  both = text (call (body { run = "exec x"; ready = "true"; notifies = true; }) { } [ ]);
  empty = text (call (body { finish = "x"; }) { } [ ]);
  graph = (init "none" [ "wan" ]).graph;
  consoles = map (console: (init console [ ]).consoleRun) [
    "shell"
    "login"
    "none"
  ];
  wrongConsole = (init "screen" [ ]).consoleRun;
  wrongNeed = (init "none" [ "lan" ]).graph;
  service = sh.word wan;
  secret = sh.word (wan.secret "password");
  list = sh.word [ 1 ];
}
