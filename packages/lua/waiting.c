/* Waiting: for descriptors, changes of files, signals; and the clocks. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "system.h"

enum { MOST_DESCRIPTORS = 256, EVENTS_SIZE = 4096 };

/* poll(WANTED, MILLISECONDS): WANTED has "read" or "write" for each descriptor; so has the result, of those that are
   ready. One that is closed at the other end is ready. Without a limit it waits as long as it takes. */
static int wait_poll(lua_State *L)
{
	struct pollfd polled[MOST_DESCRIPTORS];
	nfds_t count = 0;
	nfds_t i;
	int limit = lua_isnoneornil(L, 2) ? -1 : system_int(L, 2);
	int ready;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, 1) != 0) {
		luaL_argcheck(L, count < MOST_DESCRIPTORS, 1, "at most 256 descriptors");
		polled[count].fd = system_int(L, -2);
		polled[count].events = strcmp(luaL_checkstring(L, -1), "write") == 0 ? POLLOUT : POLLIN;
		polled[count].revents = 0;
		count++;
		lua_pop(L, 1);
	}
	ready = poll(polled, count, limit);
	if (ready < 0 && errno != EINTR)
		return system_done(L, -1, NULL);
	lua_newtable(L);
	for (i = 0; ready > 0 && i < count; i++) {
		if (polled[i].revents == 0)
			continue;
		lua_pushstring(L, polled[i].events == POLLOUT ? "write" : "read");
		lua_rawseti(L, -2, polled[i].fd);
	}
	return 1;
}

static int wait_inotify(lua_State *L)
{
	return system_number(L, inotify_init1(IN_CLOEXEC | IN_NONBLOCK), NULL);
}

/* watch(DESCRIPTOR, PATH): what is made, written, renamed or removed in a folder, and the folder itself. */
static int wait_watch(lua_State *L)
{
	const uint32_t mask = IN_CREATE | IN_CLOSE_WRITE | IN_MOVE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
	const char *path = luaL_checkstring(L, 2);

	return system_number(L, inotify_add_watch(system_int(L, 1), path, mask), path);
}

static int wait_unwatch(lua_State *L)
{
	return system_done(L, inotify_rm_watch(system_int(L, 1), system_int(L, 2)), NULL);
}

static const char *kind_of(uint32_t mask)
{
	if (mask & IN_Q_OVERFLOW)
		return "overflow";
	if (mask & IN_IGNORED)
		return "ignored";
	if (mask & (IN_DELETE_SELF | IN_MOVE_SELF))
		return "gone";
	if (mask & (IN_DELETE | IN_MOVED_FROM))
		return "removed";
	return mask & IN_CREATE ? "made" : "written";
}

/* changes(DESCRIPTOR): a list of {watch, kind, name}; empty if there is none yet. */
static int wait_changes(lua_State *L)
{
	_Alignas(struct inotify_event) char bytes[EVENTS_SIZE];
	ssize_t got = read(system_int(L, 1), bytes, sizeof(bytes));
	ssize_t at = 0;
	lua_Integer count = 0;

	if (got < 0 && errno != EAGAIN && errno != EINTR)
		return system_done(L, -1, NULL);
	lua_newtable(L);
	while (at < got) {
		struct inotify_event event;

		memcpy(&event, bytes + at, sizeof(event));
		lua_createtable(L, 0, 3);
		lua_pushinteger(L, event.wd);
		lua_setfield(L, -2, "watch");
		lua_pushstring(L, kind_of(event.mask));
		lua_setfield(L, -2, "kind");
		lua_pushstring(L, event.len > 0 ? bytes + at + sizeof(event) : "");
		lua_setfield(L, -2, "name");
		lua_rawseti(L, -2, ++count);
		at += (ssize_t)(sizeof(event) + event.len);
	}
	return 1;
}

/* signals(NUMBER...): a descriptor that they come by, in place of what they would do. */
static int wait_signals(lua_State *L)
{
	sigset_t wanted;
	int i;

	(void)sigemptyset(&wanted);
	for (i = 1; i <= lua_gettop(L); i++)
		luaL_argcheck(L, sigaddset(&wanted, system_int(L, i)) == 0, i, "no signal has this number");
	if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
		return system_done(L, -1, NULL);
	return system_number(L, signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK), NULL);
}

/* signal(DESCRIPTOR): the number of the next; false if there is none yet. */
static int wait_signal(lua_State *L)
{
	struct signalfd_siginfo found;
	ssize_t got = read(system_int(L, 1), &found, sizeof(found));

	if (got < 0 && errno != EAGAIN)
		return system_done(L, -1, NULL);
	if (got != sizeof(found))
		lua_pushboolean(L, 0);
	else
		lua_pushinteger(L, (lua_Integer)found.ssi_signo);
	return 1;
}

/* clock(NAME): seconds and nanoseconds, since 1970 ("real") or since a point that stays ("monotonic", "boot"). */
static int wait_clock(lua_State *L)
{
	static const char *const names[] = { "real", "monotonic", "boot", NULL };
	static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME };
	struct timespec now;

	if (clock_gettime(clocks[luaL_checkoption(L, 1, "real", names)], &now) != 0)
		return system_done(L, -1, NULL);
	lua_pushinteger(L, (lua_Integer)now.tv_sec);
	lua_pushinteger(L, (lua_Integer)now.tv_nsec);
	return 2;
}

const luaL_Reg waiting_functions[] = {
	{ "poll", wait_poll },
	{ "inotify", wait_inotify },
	{ "watch", wait_watch },
	{ "unwatch", wait_unwatch },
	{ "changes", wait_changes },
	{ "signals", wait_signals },
	{ "signal", wait_signal },
	{ "clock", wait_clock },
	{ NULL, NULL },
};
