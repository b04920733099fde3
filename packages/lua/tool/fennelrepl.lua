-- fennelrepl                    a prompt
-- fennelrepl FILE ARGUMENT...   runs a file; a module with a function `main` has that called
-- fennelrepl --test FILE        runs tests, with the module beside them
-- The first argument of this chunk is where things are: compiler, library, sources, macros. Sources come before
-- what is compiled, and those of FENNEL_PATH before all.
local places = ...

local function usage()
	io.stderr:write("usage: fennelrepl [FILE ARGUMENT... | --test FILE]\n")
	os.exit(2)
end

local is_test = arg[1] == "--test"
if is_test then
	table.remove(arg, 1)
end
local file = table.remove(arg, 1)
arg[0] = file
if is_test and (not file or #arg > 0) or file and file:match("^%-") then
	usage()
end

package.path = places.library .. "/?.lua"
package.preload.fennel = assert(loadfile(places.compiler))
local fennel = require("fennel")

local folder = file and (file:match("^(.*/)[^/]*$") or "./") or "./"
local sources = { folder .. "?.fnl", folder .. "?/init.fnl", places.sources }
local given = os.getenv("FENNEL_PATH")
if given and given ~= "" then
	table.insert(sources, 1, given)
end
fennel.path = table.concat(sources, ";")
-- A module of macros may stand wherever a module does.
fennel["macro-path"] = fennel.path:gsub("%?%.fnl", "?.fnlm") .. ";" .. fennel.path .. ";" .. places.macros
table.insert(package.searchers, 2, fennel.makeSearcher({ correlate = true }))

if not file then
	local greeting = "Fennel %s on %s. Modules: (require :router.outputs) ...; ,help; Ctrl-D ends."
	print(greeting:format(fennel.version, _VERSION))
	fennel.repl({ correlate = true })
	return
end

local function names()
	local found = {}
	for name in pairs(_G) do
		found[#found + 1] = name
	end
	return found
end

local function run()
	local module = fennel.dofile(file, { allowedGlobals = names(), correlate = true }, table.unpack(arg))
	if not is_test and type(module) == "table" and type(module.main) == "function" then
		return module.main(table.unpack(arg))
	end
	return nil
end

local done, result = xpcall(run, function(reason)
	-- A mistake in the source has its place already.
	if type(reason) ~= "string" or reason:match("Compile error") or reason:match("Parse error") then
		return reason
	end
	return fennel.traceback(reason, 2)
end)
if not done then
	io.stderr:write((tostring(result):gsub("\27%[[%d;]*m", "")), "\n")
	os.exit(1)
end
if is_test then
	print(file .. ": all as expected")
	return
end
os.exit(result == nil or result, true)
