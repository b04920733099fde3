# Compare the symbols asked for (first file, NAME=value) with the .config that
# Kconfig made of them (second file). One line on standard error for each that
# was lost, in the order asked; exit 1 when there is one.
#
#   liminix-gen-audit: lost SYMBOL asked=VALUE got=VALUE
#
# got=n means that Kconfig has the symbol and left it off; got=absent that it
# did not offer it: the name is unknown, or what it depends on is off. A symbol
# asked as a module and selected by another as built in is there, so not lost.
# Numbers of one value are the same, whatever their digits look like.

function split_assignment(line) {
  mark = index(line, "=")
  name = substr(line, 1, mark - 1)
  value = substr(line, mark + 1)
}

# A value in the one form that its text stands for: 0x01B0 is 0x1b0, 007 is 7.
function meaning(text) {
  if (text ~ /^-?0[xX][0-9A-Fa-f]+$/) {
    text = tolower(text)
    sub(/0x0*/, "0x", text)
    if (text ~ /x$/) text = text "0"
  } else if (text ~ /^-?0*[0-9]+$/) {
    sub(/^-?0+/, substr(text, 1, text ~ /^-/), text)
    if (text == "" || text == "-") text = "0"
  }
  return text
}

FNR == NR {
  split_assignment($0)
  order[++count] = name
  asked[name] = value
  next
}

/^CONFIG_[A-Za-z0-9_]*=/ {
  split_assignment(substr($0, length("CONFIG_") + 1))
  got[name] = value
  next
}

/^# CONFIG_[A-Za-z0-9_]* is not set$/ {
  got[substr($2, length("CONFIG_") + 1)] = "n"
}

END {
  for (i = 1; i <= count; i++) {
    name = order[i]
    value = name in got ? got[name] : "absent"
    if (meaning(value) == meaning(asked[name])) continue
    if (value == "absent" && asked[name] == "n") continue
    if (value == "y" && asked[name] == "m") continue
    printf "liminix-gen-audit: lost %s asked=%s got=%s\n", name, asked[name], value > "/dev/stderr"
    lost = 1
  }
  exit lost
}
