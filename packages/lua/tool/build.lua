-- Compiles one module of Fennel, tests it, and looks whether it has its main function:
--   lua build.lua KEY=VALUE...
-- source, target: the files; name: of the module; shown: what messages call the source; test: its tests;
-- main: a function that it must have; correlate: "yes" for Lua with the lines of the Fennel;
-- compiler: fennel.lua; path, cpath, sources, macros: where modules of Lua, of C, of Fennel, and macros are.
-- What is wrong goes to standard error, place first.
local given = {}
for _, word in ipairs(arg) do
	local key, value = word:match("^(%w+)=(.*)$")
	given[key] = value
end

-- Fennel marks the place within a line by escapes of a terminal.
local function refuse(message)
	io.stderr:write((tostring(message):gsub("\27%[[%d;]*m", "")), "\n")
	os.exit(1)
end

local function read(path)
	local file = assert(io.open(path, "rb"))
	local text = file:read("a")
	file:close()
	return text
end

local function last_line(text)
	local _, count = text:gsub("%s+$", ""):gsub("\n", "")
	return count + 1
end

package.path = given.path
package.cpath = given.cpath or ""
package.preload.fennel = assert(loadfile(given.compiler))
local fennel = require("fennel")
fennel["macro-path"] = given.macros
fennel.path = given.sources or ""
table.insert(package.searchers, 2, fennel.makeSearcher({ correlate = true }))

local globals = {}
for name in pairs(_G) do
	globals[#globals + 1] = name
end

local text = read(given.source)
local compiled, code = pcall(fennel.compileString, text, {
	allowedGlobals = globals,
	correlate = given.correlate == "yes",
	filename = given.shown,
})
if not compiled then
	refuse(code)
end
local target = assert(io.open(given.target, "wb"))
target:write(code)
target:close()

-- As on the device: loaded once, by its name.
package.preload[given.name] = function(...)
	local lua = fennel.compileString(text, { correlate = true, filename = given.shown })
	return assert(load(lua, "@" .. given.shown))(...)
end

if given.test then
	local shown = given.shown:gsub("%.fnl$", "-test.fnl")
	local passed, reason = pcall(fennel.eval, read(given.test), {
		allowedGlobals = globals,
		correlate = true,
		filename = shown,
	})
	if not passed then
		refuse(reason)
	end
end

if given.main then
	local loaded, module = pcall(require, given.name)
	if not loaded then
		refuse(module)
	end
	if type(module) ~= "table" or type(module[given.main]) ~= "function" then
		local has = {}
		for name, value in pairs(type(module) == "table" and module or {}) do
			if type(value) == "function" then
				has[#has + 1] = name
			end
		end
		table.sort(has)
		local other = #has == 0 and "it exports no function" or "its functions are " .. table.concat(has, ", ")
		refuse(("%s:%d: there is no function %s among what the module exports; %s"):format(
			given.shown, last_line(text), given.main, other))
	end
end
