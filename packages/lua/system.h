/* The module `router.system`: what Lua's own library lacks of the system, a function for each call.
   A call that fails returns nil, a message and the number of the error. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <lua.h>
#include <lauxlib.h>

int open_system(lua_State *L);

/* The functions of each file, ended by {NULL, NULL}. */
extern const luaL_Reg file_functions[];
extern const luaL_Reg process_functions[];
extern const luaL_Reg socket_functions[];
extern const luaL_Reg waiting_functions[];

/* What a call comes to: true, or what errno says. */
int system_done(lua_State *L, int result, const char *about);
/* A number that the call gave, or what errno says. */
int system_number(lua_State *L, long result, const char *about);
/* An argument that is a descriptor, or any other int. */
int system_int(lua_State *L, int argument);

#endif
