/* `lua FILE ARGUMENT...`: runs a script. Without what a router does not need of Lua's own: no prompt, no options. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

#include "system.h"

/* Where it looks for modules of Lua when the script does not say so. */
#ifndef LUA_MODULES
#define LUA_MODULES ""
#endif

static int with_traceback(lua_State *L)
{
	const char *message = luaL_tolstring(L, 1, NULL);

	luaL_traceback(L, L, message, 1);
	return 1;
}

static void set_arguments(lua_State *L, int count, char **values)
{
	int i;

	lua_createtable(L, count, 1);
	for (i = 0; i < count; i++) {
		lua_pushstring(L, values[i]);
		lua_rawseti(L, -2, i);
	}
	lua_setglobal(L, "arg");
}

/* The libraries, the primitives of this program, and paths that name no folder of another system. */
static void open_all(lua_State *L)
{
	luaL_openlibs(L);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_pushcfunction(L, open_system);
	lua_setfield(L, -2, "router.system");
	lua_pop(L, 1);
	lua_getglobal(L, "package");
	lua_pushstring(L, LUA_MODULES);
	lua_setfield(L, -2, "path");
	lua_pushstring(L, "");
	lua_setfield(L, -2, "cpath");
	lua_pop(L, 1);
}

static int run(lua_State *L)
{
	int count = (int)lua_tointeger(L, 1);
	char **values = (char **)lua_touserdata(L, 2);
	int i;

	open_all(L);
	set_arguments(L, count, values);
	lua_settop(L, 0);
	lua_pushcfunction(L, with_traceback);
	if (luaL_loadfile(L, values[0]) != LUA_OK)
		return lua_error(L);
	luaL_checkstack(L, count, "too many arguments");
	for (i = 1; i < count; i++)
		lua_pushstring(L, values[i]);
	if (lua_pcall(L, count - 1, 0, 1) != LUA_OK)
		return lua_error(L);
	return 0;
}

int main(int argc, char **argv)
{
	lua_State *L;
	int status = EXIT_SUCCESS;

	if (argc < 2) {
		fputs("usage: lua FILE [ARGUMENT...]\n", stderr);
		return 2;
	}
	/* What a service prints is read line by line while it runs. */
	(void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	L = luaL_newstate();
	if (L == NULL) {
		fputs("lua: no memory\n", stderr);
		return EXIT_FAILURE;
	}
	lua_pushcfunction(L, run);
	lua_pushinteger(L, argc - 1);
	lua_pushlightuserdata(L, argv + 1);
	if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
		fprintf(stderr, "%s\n", lua_tostring(L, -1));
		status = EXIT_FAILURE;
	}
	lua_close(L);
	return status;
}
