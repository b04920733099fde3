/**
  `lua`: what runs programs that are written in Fennel: Lua with the primitives
  of `router.system` in it, and the library `router.*`, compiled. Programs are
  made by `writeFennel` (write.nix), which is an attribute of it, and so are
  `onBuildMachine`, the same interpreter there, and `fennelrepl`, a prompt with it.
*/
{
  buildPackages,
  c,
  lib,
  runCommand,
  sources,
  stdenv,
}:
let
  source = c.source "lua-main" ./.;

  # One set of options for the device, for tests of the build, and for fennelrepl. Not
  # Lua's own program and compiler, which have a main function, too.
  compile = modules: ''
    mkdir -p $out/bin
    options="-DLUA_USE_POSIX -DLUA_USE_DLOPEN"
    for file in ${sources.lua}/src/*.c; do
      case $file in
      */lua.c | */luac.c) ;;
      *) compiler -std=gnu99 -Os $options -c "$file" -o "lua-$(basename "$file" .c).o" ;;
      esac
    done
    for file in ${source}/*.c; do
      compiler ${c.flags} $options -I${sources.lua}/src "-DLUA_MODULES=\"${modules}\"" \
        -c "$file" -o "$(basename "$file" .c).o"
    done
    # C modules of libraries find the functions of Lua in the program.
    compiler *.o -Wl,-E -lm -ldl -s -o $out/bin/lua
  '';

  onBuildMachine = runCommand "lua-build" { nativeBuildInputs = [ buildPackages.stdenv.cc ]; } ''
    compiler() { gcc "$@"; }
    ${compile ""}
  '';

  fennel = {
    interpreter = "${onBuildMachine}/bin/lua";
    compiler = "${sources.fennel}/fennel.lua";
    build = ./tool/build.lua;
    # "router/test.fnlm" is a module of macros.
    macros = "${macros}/?.fnlm";
  };

  macros = builtins.path {
    name = "lua-macros";
    path = ./.;
    filter =
      file: type: (type == "directory" && baseNameOf file == "router") || lib.hasSuffix ".fnlm" file;
  };

  folder = builtins.path {
    name = "lua-library-source";
    path = ./router;
    filter = file: _: builtins.match ".*\\.fnlm?" file != null;
  };

  names = map (lib.removeSuffix ".fnl") (
    builtins.filter (file: lib.hasSuffix ".fnl" file && !(lib.hasSuffix "-test.fnl" file)) (
      builtins.attrNames (builtins.readDir ./router)
    )
  );

  library = runCommand "lua-library" { inherit names; } ''
    mkdir -p router "$out/share/lua/5.4/router"
    cp ${folder}/* router
    for name in $names; do
      tests=
      if [ -e "router/$name-test.fnl" ]; then
        tests="test=router/$name-test.fnl"
      fi
      ${fennel.interpreter} ${fennel.build} compiler=${fennel.compiler} \
        "path=./?.lua" "sources=./?.fnl" "macros=./?.fnlm" correlate=yes \
        source="router/$name.fnl" shown="router/$name.fnl" name="router.$name" \
        target="$out/share/lua/5.4/router/$name.lua" $tests
    done
  '';

  lua = stdenv.mkDerivation {
    name = "lua";
    buildCommand = ''
      compiler() { $CC "$@"; }
      ${compile "${library}/share/lua/5.4/?.lua"}
    '';
  };
  # A prompt on an interpreter; it has the compiler as a file of its own, which nothing of the build
  # machine comes with.
  prompt =
    name: interpreter:
    runCommand name { } ''
      mkdir -p $out/bin $out/share
      cp ${fennel.compiler} $out/share/fennel.lua
      cat >$out/bin/${name} <<END
      #!${interpreter}/bin/lua
      assert(loadfile("${./tool/fennelrepl.lua}"))({
        compiler = "$out/share/fennel.lua",
        library = "${library}/share/lua/5.4",
        sources = "",
        macros = "${fennel.macros}",
      })
      END
      chmod 755 $out/bin/${name}
    '';
in
lua
// {
  inherit library onBuildMachine;
  fennelrepl = prompt "fennelrepl" onBuildMachine;
  fennelOnDevice = prompt "fennel" lua;
  writeFennel = import ./write.nix {
    inherit
      fennel
      lib
      library
      lua
      runCommand
      ;
  };
}
