/**
  Service directories for s6, made from the bodies that modules give.

  Everything that is the same for all services happens here and in `service.sh`: readiness, the output
  directory, what is done before and after a body, and that the undo always runs. A body is only what is its own.

  # Inputs

  `pkgs`
  : the package set

  `services`
  : the derivation of `packages/services`

  `packages`
  : what the names in `packages = [ ... ]` of a service mean; by default the package set itself

  # Output

  `{ callService, makeService, sh }`
*/
{
  pkgs,
  services,
  packages ? pkgs,
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elem
    elemAt
    filter
    functionArgs
    genList
    hasAttr
    intersectAttrs
    isAttrs
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    match
    removeAttrs
    replaceStrings
    split
    stringLength
    substring
    typeOf
    unsafeDiscardStringContext
    ;

  quote = text: "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";

  sh = {
    /**
      One word of shell: a literal, quoted, or the value of an output at run time. A script whose output is absent
      ends there with a message, also in the middle of a command.

      # Type

      ```
      word :: String | Path | Derivation | Int | { output :: String; } -> String
      ```

      # Example

      ```nix
      sh.word "it's"                                 # => 'it'\''s'
      sh.word (services."wan".output "router")       # => "$(output '/run/services/outputs/wan/router')"
      ```
    */
    word =
      value:
      if isAttrs value && value ? outPath then
        quote "${value}"
      else if isAttrs value && value ? directory then
        throw "sh.word: `${value.name}` is a service, not a word; which of its outputs is meant? (`.output \"ifname\"`)"
      else if isAttrs value && isString (value.output or null) then
        "\"$(output ${quote value.output})\""
      else if isAttrs value && value ? secret then
        throw "sh.word: ${value.secret} is a secret, and the words of a command are there for all to read; `sh.secret`, for what is not one"
      else if isString value then
        quote value
      else if isPath value then
        quote "${value}"
      else if isInt value then
        quote (toString value)
      else
        throw "sh.word: a ${typeOf value} is not a word";

    /**
      Several words, separated by spaces.

      # Type

      ```
      words :: [ String | Path | Derivation | Int | { output :: String; } ] -> String
      ```
    */
    words = values: concatStringsSep " " (map sh.word values);

    /**
      The value of an output that may be a secret, or a literal, for what stays in the shell: an assignment, or a
      builtin such as printf that writes to a file of mode 0600. The words of a program are in /proc for all to read.

      # Type

      ```
      secret :: String | { output :: String; } | { secret :: String; } -> String
      ```

      # Example

      ```nix
      "password=${sh.secret password}"       # => password="$(output '/run/services/outputs/ppp/value')"
      ```
    */
    secret = value: if value ? secret then "\"$(output ${quote value.secret})\"" else sh.word value;
  };

  # What every body may have besides its packages and parameters.
  writers = {
    inherit sh;
    # Bound to the body by `arguments`.
    writeFennel = null;
    inherit (pkgs)
      buildPackages
      lib
      runCommand
      writeText
      ;
  };

  list = names: concatStringsSep ", " (map (name: "`${name}`") names);

  # "modules/network/link/link.nix" out of an absolute path, which differs from machine to machine.
  shortName =
    body:
    let
      parts = filter isString (split "/" (toString body));
      count = length parts;
    in
    concatStringsSep "/" (genList (i: elemAt parts (count - 3 + i)) 3);

  # "firewall" out of the path of a body of modules/firewall, and "modules/firewall/main.fnl" of a file beside it.
  belowModules =
    path:
    let
      found = match ".*/modules/(.*)" (toString path);
    in
    if found == null then baseNameOf path else elemAt found 0;

  writeFennelFor =
    body:
    if packages ? lua then
      packages.lua.writeFennel {
        type = replaceStrings [ "/" ] [ "." ] (dirOf (belowModules body));
        shown = source: "modules/${belowModules source}";
      }
    else
      throw "${shortName body}: writeFennel needs the package `lua`, which this system does not have";

  load = body: if isFunction body then body else import body;

  describe = name: body: "service `${name}`" + (if isFunction body then "" else ", ${shortName body}");

  # The formals of a body are its contract with module.py: nothing more, nothing less.
  arguments =
    {
      body,
      name,
      packageNames,
      parameters,
    }:
    let
      formals = functionArgs (load body);
      where = describe name body;
      missing = filter (package: !(hasAttr package packages)) packageNames;
      twice = filter (
        parameter: elem parameter packageNames || hasAttr parameter writers
      ) (attrNames parameters);
      offered =
        writers
        // {
          writeFennel = writeFennelFor body;
        }
        // listToAttrs (
          map (package: {
            name = package;
            value = packages.${package};
          }) packageNames
        )
        // parameters;
      undeclared = filter (formal: !formals.${formal} && !(hasAttr formal offered)) (attrNames formals);
      unused = filter (declared: !(hasAttr declared formals)) (packageNames ++ attrNames parameters);
    in
    if missing != [ ] then
      throw "${where}: there is no package ${list missing} in this package set"
    else if twice != [ ] then
      throw "${where}: ${list twice} is a parameter, but a package or writer has that name already"
    else if undeclared != [ ] then
      throw "${where}: ${list undeclared} is neither a declared package, a parameter nor a writer (${list (attrNames writers)}); declare it in module.py"
    else if unused != [ ] then
      throw "${where}: ${list unused} is declared in module.py, but the body does not take it; remove one or name the other"
    else
      intersectAttrs formals offered;

  allowed = {
    oneshot = [
      "up"
      "down"
      "downSignal"
    ];
    longrun = [
      "run"
      "ready"
      "notifies"
      "finish"
      "downSignal"
    ];
  };

  checkBody =
    where: type: body:
    let
      known = allowed.${type} or (throw "${where}: type `${type}` is neither oneshot nor longrun");
      unknown = filter (key: !(elem key known)) (attrNames body);
      main = if type == "oneshot" then "up" else "run";
    in
    if unknown != [ ] then
      throw "${where}: a ${type} has no ${list unknown}; it has ${list known}"
    else if !(body ? ${main}) then
      throw "${where}: a ${type} needs `${main}`"
    else if body ? ready && body.notifies or false then
      throw "${where}: either `ready` is polled or the program notifies by itself, not both"
    else
      body;

  # `run` up to its last command, and that: where the last line that begins with "exec" begins. substring, unlike
  # match and split, keeps the string's context.
  splitRun =
    where: text:
    let
      lines = filter isString (split "\n" (unsafeDiscardStringContext text));
      isExec = line: match "[ \t]*exec[ \t].*" line != null;
      starts =
        (builtins.foldl' (
          found: line: {
            at = found.at + stringLength line + 1;
            last = if isExec line then found.at else found.last;
          }
        ) {
          at = 0;
          last = null;
        } lines).last;
    in
    if starts == null then
      throw "${where}: `run` must end in a command that takes its place: a line that begins with `exec`. Shell that goes on by itself needs `notifies = true;` and ends in publish_every or follow_changes"
    else
      {
        before = substring 0 starts text;
        last = substring starts (stringLength text) text;
      };

  # `:` first, because a function without a command is a syntax error.
  shellFunction = name: text: "${name}() {\n:\n${text}\n}\n";

  header =
    name: "#!${pkgs.busybox}/bin/sh -eu\nname=${quote name}\npause=${services}/bin/pause\n";

  footer = call: ". ${./service.sh}\n${call}\n";

  # What `run` does right before its last command, so that nothing that it prepares is mistaken for readiness.
  runFunction =
    where: body:
    let
      parts = splitRun where body.run;
      call = if body ? ready then "await_ready\n" else "announce_ready\n";
    in
    shellFunction "run" (if body.notifies or false then body.run else parts.before + call + parts.last);

  runText =
    where: name: type: body:
    header name
    + (
      if type == "oneshot" then
        shellFunction "up" body.up + footer "run_oneshot"
      else
        runFunction where body
        + (if body ? ready then shellFunction "ready" body.ready else "")
        + footer "run_longrun"
    );

  finishText =
    name: body:
    let
      undo = body.down or body.finish or "";
    in
    if undo == "" then "" else header name + shellFunction "down" undo + footer "run_undo";

  # Not every character of a service name may stand in a store path's name.
  storeName =
    name:
    concatStringsSep "" (
      map (part: if isList part then "_" else part) (split "[^a-zA-Z0-9._+-]" name)
    );

  /**
    A service from texts. Modules use `callService`; this is for what is generated (kernel modules).

    # Type

    ```
    makeService :: {
      name :: String;
      type :: "oneshot" | "longrun";
      body :: { up, down ? } | { run, ready ?, notifies ?, finish ? };
      needs :: [ String ] ? [ ];
      observes :: [ String ] ? [ ];
      controlled :: Bool ? false;
      upTimeout :: Int ? 30000;      # ms from start to ready
      downTimeout :: Int ? 10000;    # ms from stop to the end of the process, and the same for the undo
    } -> Service
    ```

    A service is `{ name, part, directory, type, needs, observes, controlled, upTimeout, downTimeout, output, secret }`;
    `part name` is the name on the device of its part `name`, which is itself if that is empty;
    `output key` is the reference `{ output = "/run/services/outputs/NAME/KEY"; }`, and `secret key` is one that
    `sh.word` refuses.
  */
  makeService =
    {
      name,
      type,
      body,
      needs ? [ ],
      observes ? [ ],
      controlled ? false,
      upTimeout ? 30000,
      downTimeout ? 10000,
      where ? "service `${name}`",
    }:
    let
      checked = checkBody where type body;
      directory =
        pkgs.runCommand "service-${storeName name}"
          {
            passAsFile = [
              "run"
              "finish"
            ];
            run = runText where name type checked;
            finish = finishText name checked;
            downSignal = checked.downSignal or "";
            inherit downTimeout;
          }
          ''
            mkdir -p $out/used
            sh -n $runPath
            cp $runPath $out/run
            chmod 755 $out/run
            if [ -s $finishPath ]; then
              sh -n $finishPath
              cp $finishPath $out/finish
              chmod 755 $out/finish
            fi
            if [ -n "$downSignal" ]; then
              echo "$downSignal" > $out/down-signal
            fi
            echo 3 > $out/notification-fd
            echo $downTimeout > $out/timeout-finish
            : > $out/down
          '';
    in
    {
      inherit
        controlled
        directory
        downTimeout
        name
        needs
        observes
        type
        upTimeout
        ;
      part = key: if key == "" then name else "${name}.${key}";
      output = key: { output = "/run/services/outputs/${name}/${key}"; };
      secret = key: { secret = "/run/services/outputs/${name}/${key}"; };
    };

  /**
    A service from its body, a file or a function. It is a function whose formals are exactly the declared packages, the
    parameters, and any of the writers `lib`, `sh`, `writeFennel`, `writeText`, `runCommand`,
    `buildPackages`.

    # Type

    ```
    callService :: {
      name :: String;
      body :: Path | Function;
      type :: "oneshot" | "longrun";
      packages :: [ String ] ? [ ];
      parameters :: AttrSet ? { };
      needs, observes, controlled, upTimeout, downTimeout  # as in makeService
    } -> Service
    ```

    # Example

    ```nix
    callService {
      name = "lan.link";
      body = ./modules/network/link/link.nix;
      type = "oneshot";
      parameters = { ifname = "lan"; };
    }
    ```
  */
  callService =
    args:
    let
      inherit (args) body name;
    in
    makeService (
      removeAttrs args [
        "packages"
        "parameters"
      ]
      // {
        body = load body (arguments {
          inherit body name;
          packageNames = args.packages or [ ];
          parameters = args.parameters or { };
        });
        where = describe name body;
      }
    );
in
{
  inherit callService makeService sh;
}
