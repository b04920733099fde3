/* Processes: starting one, waiting for it, signals, the environment. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system.h"

extern char **environ;

enum { STREAMS = 3 };

/* Strings of a list, ended by NULL; they live as long as the list. */
static char **strings(lua_State *L, int argument)
{
	lua_Integer count;
	lua_Integer i;
	char **found;

	luaL_checktype(L, argument, LUA_TTABLE);
	count = luaL_len(L, argument);
	found = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof(*found), 0);
	for (i = 0; i < count; i++) {
		if (lua_rawgeti(L, argument, i + 1) != LUA_TSTRING)
			luaL_argerror(L, argument, "a list of strings");
		memcpy(&found[i], &(const char *){ lua_tostring(L, -1) }, sizeof(*found));
		lua_pop(L, 1);
	}
	found[count] = NULL;
	return found;
}

/* In the child: descriptors to 0, 1 and 2; the program; what it fails with goes up the pipe. */
_Noreturn static void become(char **words, char **environment, const int *streams, int report)
{
	int high[STREAMS];
	sigset_t none;
	int i;
	int error;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	/* Out of the way first: one may be the number of another. */
	for (i = 0; i < STREAMS; i++)
		high[i] = streams[i] < 0 ? -1 : fcntl(streams[i], F_DUPFD_CLOEXEC, STREAMS);
	for (i = 0; i < STREAMS; i++)
		if (high[i] >= 0)
			(void)dup2(high[i], i);
	if (environment != NULL)
		environ = environment;
	(void)execvp(words[0], words);
	error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

/* start(WORDS, STREAMS, ENVIRONMENT): the number of a new process. STREAMS has descriptors at 0, 1 and 2, ENVIRONMENT
   is a list of NAME=VALUE; without them it has those of this process. */
static int process_start(lua_State *L)
{
	char **words;
	char **environment;
	int streams[STREAMS] = { -1, -1, -1 };
	int report[2];
	int error = 0;
	pid_t child;
	int i;

	/* The lists lie on the stack, above the arguments. */
	lua_settop(L, 3);
	words = strings(L, 1);
	environment = lua_isnil(L, 3) ? NULL : strings(L, 3);
	luaL_argcheck(L, words[0] != NULL, 1, "a program is expected");
	for (i = 0; i < STREAMS && lua_istable(L, 2); i++) {
		if (lua_rawgeti(L, 2, i) == LUA_TNUMBER)
			streams[i] = (int)lua_tointeger(L, -1);
		lua_pop(L, 1);
	}
	if (pipe2(report, O_CLOEXEC) != 0)
		return system_done(L, -1, words[0]);
	child = fork();
	if (child == 0)
		become(words, environment, streams, report[1]);
	(void)close(report[1]);
	if (child > 0 && read(report[0], &error, sizeof(error)) == sizeof(error))
		(void)waitpid(child, NULL, 0);
	(void)close(report[0]);
	if (error != 0)
		errno = error;
	return child < 0 || error != 0 ? system_done(L, -1, words[0]) : system_number(L, (long)child, NULL);
}

/* wait(PROCESS, WITHOUT PAUSE): "exit" and its code, or "signal" and its number; false if it runs. */
static int process_wait(lua_State *L)
{
	int status;
	pid_t found;

	do
		found = waitpid((pid_t)luaL_checkinteger(L, 1), &status, lua_toboolean(L, 2) ? WNOHANG : 0);
	while (found < 0 && errno == EINTR);
	if (found < 0)
		return system_done(L, -1, NULL);
	if (found == 0) {
		lua_pushboolean(L, 0);
		return 1;
	}
	lua_pushstring(L, WIFEXITED(status) ? "exit" : "signal");
	lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return 2;
}

/* kill(PROCESS, SIGNAL): sends a signal by its number. */
static int process_kill(lua_State *L)
{
	return system_done(L, kill((pid_t)luaL_checkinteger(L, 1), system_int(L, 2)), NULL);
}

static int process_id(lua_State *L)
{
	lua_pushinteger(L, getpid());
	return 1;
}

/* pipe(): a descriptor to read from, and one to write to. */
static int process_pipe(lua_State *L)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return system_done(L, -1, NULL);
	lua_pushinteger(L, ends[0]);
	lua_pushinteger(L, ends[1]);
	return 2;
}

static int process_set_environment(lua_State *L)
{
	return system_done(L, setenv(luaL_checkstring(L, 1), luaL_checkstring(L, 2), 1), NULL);
}

/* become(USER): for good, with the user's groups, and without what a setuid program would give. */
static int process_become(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	const struct passwd *user;

	errno = 0;
	user = getpwnam(name);
	if (user == NULL) {
		errno = errno == 0 ? ENOENT : errno;
		return system_done(L, -1, name);
	}
	return system_done(L,
			   prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && initgroups(name, user->pw_gid) == 0 &&
					   setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0
				   ? 0
				   : -1,
			   name);
}

const luaL_Reg process_functions[] = {
	{ "start", process_start },
	{ "wait", process_wait },
	{ "kill", process_kill },
	{ "process_id", process_id },
	{ "become", process_become },
	{ "pipe", process_pipe },
	{ "set_environment", process_set_environment },
	{ NULL, NULL },
};
