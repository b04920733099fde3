#include "system.h"

#include <limits.h>

int system_done(lua_State *L, int result, const char *about)
{
	return luaL_fileresult(L, result >= 0, about);
}

int system_number(lua_State *L, long result, const char *about)
{
	if (result < 0)
		return luaL_fileresult(L, 0, about);
	lua_pushinteger(L, result);
	return 1;
}

int system_int(lua_State *L, int argument)
{
	lua_Integer value = luaL_checkinteger(L, argument);

	luaL_argcheck(L, value >= INT_MIN && value <= INT_MAX, argument, "out of range");
	return (int)value;
}

int open_system(lua_State *L)
{
	lua_newtable(L);
	luaL_setfuncs(L, file_functions, 0);
	luaL_setfuncs(L, process_functions, 0);
	luaL_setfuncs(L, socket_functions, 0);
	luaL_setfuncs(L, waiting_functions, 0);
	return 1;
}
