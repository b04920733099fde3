/**
  The functions of nixpkgs' lib that modules and lib/ may use, with the same
  meaning. interface.nix lists them.
*/
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    genList
    isList
    isString
    length
    listToAttrs
    map
    match
    replaceStrings
    split
    stringLength
    substring
    ;

  # A word of these characters alone is the same without quotes.
  escapeShellArg =
    argument:
    let
      string = toString argument;
    in
    if match "[[:alnum:],._+:@%/-]+" string == null then
      "'${replaceStrings [ "'" ] [ "'\\''" ] string}'"
    else
      string;
in
{
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    genList
    hasAttr
    head
    intersectAttrs
    isAttrs
    isBool
    isInt
    isList
    isString
    length
    listToAttrs
    mapAttrs
    match
    replaceStrings
    sort
    stringLength
    substring
    tail
    ;

  assertMsg = condition: message: if condition then true else throw message;

  boolToString = value: if value then "true" else "false";

  concatLines = lines: concatStringsSep "" (map (line: line + "\n") lines);

  concatMapAttrs =
    function: attributes:
    foldl' (found: each: found // each) { } (
      map (name: function name attributes.${name}) (attrNames attributes)
    );

  concatMapStrings = function: list: concatStringsSep "" (map function list);

  concatMapStringsSep =
    separator: function: list:
    concatStringsSep separator (map function list);

  concatStrings = concatStringsSep "";

  inherit escapeShellArg;

  escapeShellArgs = arguments: concatStringsSep " " (map escapeShellArg arguments);

  filterAttrs =
    condition: attributes:
    listToAttrs (
      concatMap (
        name:
        let
          value = attributes.${name};
        in
        if condition name value then [ { inherit name value; } ] else [ ]
      ) (attrNames attributes)
    );

  flatten =
    let
      flatten = value: if isList value then concatMap flatten value else [ value ];
    in
    flatten;

  genAttrs =
    names: function:
    listToAttrs (
      map (name: {
        inherit name;
        value = function name;
      }) names
    );

  hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;

  hasSuffix =
    suffix: string:
    let
      start = stringLength string - stringLength suffix;
    in
    start >= 0 && substring start (stringLength suffix) string == suffix;

  imap0 = function: list: genList (index: function index (elemAt list index)) (length list);

  imap1 = function: list: genList (index: function (index + 1) (elemAt list index)) (length list);

  last = list: elemAt list (length list - 1);

  mapAttrs' =
    function: attributes:
    listToAttrs (map (name: function name attributes.${name}) (attrNames attributes));

  mapAttrsToList =
    function: attributes: map (name: function name attributes.${name}) (attrNames attributes);

  nameValuePair = name: value: { inherit name value; };

  optional = condition: value: if condition then [ value ] else [ ];

  optionalAttrs = condition: attributes: if condition then attributes else { };

  optionals = condition: list: if condition then list else [ ];

  optionalString = condition: string: if condition then string else "";

  range = first: last: if first > last then [ ] else genList (index: first + index) (last - first + 1);

  removePrefix =
    prefix: string:
    if substring 0 (stringLength prefix) string == prefix then
      substring (stringLength prefix) (stringLength string) string
    else
      string;

  removeSuffix =
    suffix: string:
    let
      start = stringLength string - stringLength suffix;
    in
    if start >= 0 && substring start (stringLength suffix) string == suffix then
      substring 0 start string
    else
      string;

  splitString =
    separator: string:
    filter isString (
      split (replaceStrings
        [ "\\" "." "*" "+" "?" "[" "]" "(" ")" "{" "}" "^" "$" "|" ]
        [ "\\\\" "\\." "\\*" "\\+" "\\?" "\\[" "\\]" "\\(" "\\)" "\\{" "\\}" "\\^" "\\$" "\\|" ]
        separator
      ) string
    );

  unique = foldl' (found: each: if elem each found then found else found ++ [ each ]) [ ];
}
