/**
  A program or a module of Fennel for the device, compiled and tested on the
  build machine.

  The result has bin/NAME, which loads the module, once, and ends with what
  `mainFunction` returns: nothing or true is exit code 0, false is 1, a number is
  itself; and share/lua/5.4/NAME.lua, the module, for other programs and tests.
  Tests stand beside the source: SOURCE-test.fnl for SOURCE.fnl.

  # Inputs

  `packages`
  : libraries whose modules it may require, and programs that it finds by PATH

  `macros`
  : folders with modules of macros

  `correlate`
  : whether the lines of Lua are those of Fennel

  `mainFunction`
  : the function of the module that bin/NAME calls with the arguments of the
    command line; without one, loading the module is all that it does

  # Type

  ```
  writeFennel :: String -> { packages, macros, correlate, mainFunction } -> Path -> Derivation
  ```

  # Example

  ```nix
  writeFennel "follower" { mainFunction = "main"; } ./follower.fnl
  ```
*/
{
  fennel,
  lib,
  library,
  lua,
  runCommand,
}:
# By whom it is written, for messages of the build: a service type, and how to name a file.
{ type, shown }:
name:
{
  correlate ? true,
  macros ? [ ],
  mainFunction ? null,
  packages ? [ ],
}:
source:
let
  modules = packages ++ [ library ];
  path = lib.concatMapStringsSep ";" (
    one: "${one}/share/lua/5.4/?.lua;${one}/share/lua/5.4/?/init.lua"
  ) modules;
  cpath = lib.concatMapStringsSep ";" (one: "${one}/lib/lua/5.4/?.so") packages;
  programs = lib.concatMapStringsSep ":" (one: "${one}/bin") packages;

  tests = "${dirOf (toString source)}/${lib.removeSuffix ".fnl" (baseNameOf source)}-test.fnl";

  # Bytes of Lua: every value here is a path of the store or a name of a form that is checked.
  start = lib.concatLines (
    [
      "#!${lua}/bin/lua"
      "package.path = \"@out@/share/lua/5.4/?.lua;${path}\""
    ]
    ++ lib.optionals (packages != [ ]) [
      "package.cpath = \"${cpath}\""
      "local path = os.getenv(\"PATH\")"
      "require(\"router.system\").set_environment(\"PATH\", \"${programs}\" .. (path and \":\" .. path or \"\"))"
    ]
    ++ (
      if mainFunction == null then
        [ "require(\"${name}\")" ]
      else
        [
          "local result = require(\"${name}\")[\"${mainFunction}\"](table.unpack(arg))"
          "os.exit(result == nil or result, true)"
        ]
    )
  );

  isName = text: builtins.match "[a-z][a-zA-Z0-9_-]*[?!]?" text != null;
in
assert lib.assertMsg (isName name)
  "${type}: writeFennel: `${name}` is no name: a to z, 0 to 9, _ and -, from a letter on";
assert lib.assertMsg (mainFunction == null || isName mainFunction)
  "${type}: writeFennel ${name}: `${toString mainFunction}` is not the name of a function";
assert lib.assertMsg (lib.hasSuffix ".fnl" (baseNameOf source))
  "${type}: writeFennel ${name}: ${baseNameOf source} is not a file of Fennel (.fnl)";
runCommand "fennel-${name}"
  {
    inherit
      cpath
      path
      source
      start
      type
      ;
    module = name;
    passAsFile = [ "start" ];
    correlate = if correlate then "yes" else "no";
    main = toString mainFunction;
    macros = lib.concatMapStringsSep ";" (folder: "${folder}/?.fnlm;${folder}/?.fnl") macros;
    shown = shown source;
    tests = if builtins.pathExists tests then /. + tests else "";
  }
  ''
    mkdir -p "$out/bin" "$out/share/lua/5.4"
    set --
    [ -z "$tests" ] || set -- "$@" "test=$tests"
    [ -z "$main" ] || set -- "$@" "main=$main"
    if ! ${fennel.interpreter} ${fennel.build} compiler=${fennel.compiler} \
      "path=$path" "cpath=$cpath" "macros=$macros;${fennel.macros}" "correlate=$correlate" \
      "source=$source" "shown=$shown" "name=$module" "target=$out/share/lua/5.4/$module.lua" \
      "$@" 2>said; then
      read -r what <said || :
      cat said >&2
      echo "liminix-gen-refused: $type $what" >&2
      exit 1
    fi
    sed "s|@out@|$out|" "$startPath" >"$out/bin/$module"
    chmod 755 "$out/bin/$module"
  ''
