#include "system.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

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

struct number {
	const char *name;
	int value;
};

/* Those of some architectures differ from those of others. */
static const struct number errors[] = {
	{ "again", EAGAIN },
	{ "no_family", EAFNOSUPPORT },
	{ "no_room", ENOBUFS },
	{ NULL, 0 },
};

static const struct number signals[] = {
	{ "hangup", SIGHUP },
	{ "interrupt", SIGINT },
	{ "kill", SIGKILL },
	{ "pipe", SIGPIPE },
	{ "terminate", SIGTERM },
	{ "user1", SIGUSR1 },
	{ "user2", SIGUSR2 },
	{ NULL, 0 },
};

static void set_numbers(lua_State *L, const char *field, const struct number *number)
{
	lua_newtable(L);
	for (; number->name != NULL; number++) {
		lua_pushinteger(L, number->value);
		lua_setfield(L, -2, number->name);
	}
	lua_setfield(L, -2, field);
}

int open_system(lua_State *L)
{
	lua_newtable(L);
	luaL_setfuncs(L, file_functions, 0);
	luaL_setfuncs(L, process_functions, 0);
	luaL_setfuncs(L, socket_functions, 0);
	luaL_setfuncs(L, waiting_functions, 0);
	set_numbers(L, "error", errors);
	set_numbers(L, "signal_number", signals);
	return 1;
}
