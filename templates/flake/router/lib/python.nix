/**
  A script of the build, with the modules that it imports of those beside it:
  the path of the script in a folder of the store that holds these files and no
  other, so that a change of another module changes nothing.

  They are plain Python, without anything but its standard library. A line
  `import NAME` or `from NAME import ...` takes NAME.py.

  # Type

  Path -> String

  # Example

  ```nix
  import ./python.nix ./python/flash_layout.py
  => "/nix/store/...-flash_layout/flash_layout.py"
  ```
*/
script:
let
  folder = dirOf script;
  name = file: builtins.head (builtins.match "(.*)\\.py" (baseNameOf file));

  imported =
    line:
    let
      found = builtins.match "(import|from) ([a-z_]+).*" line;
    in
    if found == null then [ ] else [ (builtins.elemAt found 1) ];

  imports =
    module:
    builtins.filter (other: builtins.pathExists (folder + "/${other}.py")) (
      builtins.concatMap imported (
        builtins.filter builtins.isString (
          builtins.split "\n" (builtins.readFile (folder + "/${module}.py"))
        )
      )
    );

  files = map ({ key }: "${key}.py") (
    builtins.genericClosure {
      startSet = [ { key = name script; } ];
      operator = { key }: map (other: { key = other; }) (imports key);
    }
  );

  held = builtins.path {
    name = name script;
    path = folder;
    filter = path: _: builtins.elem (baseNameOf path) files;
  };
in
"${held}/${baseNameOf script}"
