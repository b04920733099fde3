/* Files: descriptors, folders, links, and what is known of each. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "system.h"

enum { LONGEST_READ = 65536 };

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return "file";
	case S_IFDIR: return "directory";
	case S_IFLNK: return "link";
	case S_IFSOCK: return "socket";
	case S_IFIFO: return "fifo";
	case S_IFCHR: return "character device";
	case S_IFBLK: return "block device";
	default: return "unknown";
	}
}

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/* status(PATH): type, size, mode, uid, gid, modified (seconds), device and inode; of a link, the link's own. */
static int file_status(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct stat found;

	if (lstat(path, &found) != 0)
		return system_done(L, -1, path);
	lua_newtable(L);
	lua_pushstring(L, type_of(found.st_mode));
	lua_setfield(L, -2, "type");
	set_integer(L, "size", (lua_Integer)found.st_size);
	set_integer(L, "mode", (lua_Integer)(found.st_mode & 07777));
	set_integer(L, "uid", (lua_Integer)found.st_uid);
	set_integer(L, "gid", (lua_Integer)found.st_gid);
	set_integer(L, "modified", (lua_Integer)found.st_mtime);
	set_integer(L, "device", (lua_Integer)found.st_dev);
	set_integer(L, "inode", (lua_Integer)found.st_ino);
	return 1;
}

/* names(PATH): what is in a folder, in the order of bytes. */
static int compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static int file_names(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	DIR *folder = opendir(path);
	struct dirent *entry;
	char **names = NULL;
	size_t count = 0;
	size_t room = 0;
	size_t i;
	bool whole = true;

	if (folder == NULL)
		return system_done(L, -1, path);
	errno = 0;
	while (whole && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (count == room) {
			char **more = realloc(names, (room = room * 2 + 16) * sizeof(*names));

			if (more == NULL) {
				whole = false;
				break;
			}
			names = more;
		}
		names[count] = strdup(entry->d_name);
		whole = names[count] != NULL;
		count += whole;
		errno = 0;
	}
	whole = whole && errno == 0;
	(void)closedir(folder);
	if (count > 0)
		qsort(names, count, sizeof(*names), compare);
	lua_createtable(L, (int)count, 0);
	for (i = 0; i < count; i++) {
		lua_pushstring(L, names[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
		free(names[i]);
	}
	free(names);
	return whole ? 1 : system_done(L, -1, path);
}

static int file_make_folder(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);

	return system_done(L, mkdir(path, (mode_t)luaL_optinteger(L, 2, 0755)), path);
}

static int file_remove_folder(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);

	return system_done(L, rmdir(path), path);
}

/* link(TARGET, PATH): a symbolic link at PATH. */
static int file_link(lua_State *L)
{
	const char *path = luaL_checkstring(L, 2);

	return system_done(L, symlink(luaL_checkstring(L, 1), path), path);
}

/* target(PATH): where a symbolic link leads. */
static int file_target(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target));

	if (length < 0)
		return system_done(L, -1, path);
	lua_pushlstring(L, target, (size_t)length);
	return 1;
}

/* real(PATH): the path without links; it must be there. */
static int file_real(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	char real[PATH_MAX];

	if (realpath(path, real) == NULL)
		return system_done(L, -1, path);
	lua_pushstring(L, real);
	return 1;
}

static int file_set_mode(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);

	return system_done(L, chmod(path, (mode_t)luaL_checkinteger(L, 2)), path);
}

/* space(PATH): bytes of its file system, and those that are free. */
static int file_space(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct statvfs found;

	if (statvfs(path, &found) != 0)
		return system_done(L, -1, path);
	lua_pushinteger(L, (lua_Integer)found.f_blocks * (lua_Integer)found.f_frsize);
	lua_pushinteger(L, (lua_Integer)found.f_bavail * (lua_Integer)found.f_frsize);
	return 2;
}

/* read(DESCRIPTOR, BYTES): "" at the end. */
static int file_read(lua_State *L)
{
	char bytes[LONGEST_READ];
	int descriptor = system_int(L, 1);
	lua_Integer wanted = luaL_optinteger(L, 2, LONGEST_READ);
	ssize_t got;

	luaL_argcheck(L, wanted > 0 && wanted <= LONGEST_READ, 2, "1 to 65536 bytes");
	got = read(descriptor, bytes, (size_t)wanted);
	if (got < 0)
		return system_done(L, -1, NULL);
	lua_pushlstring(L, bytes, (size_t)got);
	return 1;
}

/* write(DESCRIPTOR, TEXT): how many bytes of it were taken. */
static int file_write(lua_State *L)
{
	size_t length;
	int descriptor = system_int(L, 1);
	const char *text = luaL_checklstring(L, 2, &length);

	return system_number(L, (long)write(descriptor, text, length), NULL);
}

static int file_close(lua_State *L)
{
	return system_done(L, close(system_int(L, 1)), NULL);
}

const luaL_Reg file_functions[] = {
	{ "status", file_status },
	{ "names", file_names },
	{ "make_folder", file_make_folder },
	{ "remove_folder", file_remove_folder },
	{ "link", file_link },
	{ "target", file_target },
	{ "real", file_real },
	{ "set_mode", file_set_mode },
	{ "space", file_space },
	{ "read", file_read },
	{ "write", file_write },
	{ "close", file_close },
	{ NULL, NULL },
};
