/*
 * Nothing is written where nothing differs, because flash wears. A file is made under another name and
 * renamed, so whenever the power fails the old one or the new one is there; the next run does what is
 * left, and removes a file with that other name.
 *
 * What the archive lists is what there will be. In its way, a file of another kind or an empty directory
 * goes; a directory with something in it is kept under another name.
 */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char unfinished[] = ".activate-new";

/* The directory that a file is in, open, and its name there. */
struct place {
	int folder;
	const char *name;
};

static void fail(struct tree *tree, const struct entry *entry)
{
	fprintf(stderr, "activate: /%s: %s\n", entry->path, strerror(errno));
	tree->failed = true;
}

/* Open the directory that a path is in, part by part: none of them may be a link. */
static bool open_place(const struct tree *tree, const char *path, struct place *place)
{
	int folder = fcntl(tree->root, F_DUPFD_CLOEXEC, 0);

	while (folder >= 0) {
		size_t size = strcspn(path, "/");
		char part[256];
		int next;

		if (path[size] == '\0') {
			*place = (struct place){ folder, path };
			return true;
		}
		if (size >= sizeof(part)) {
			errno = ENAMETOOLONG;
			close(folder);
			return false;
		}
		memcpy(part, path, size);
		part[size] = '\0';
		next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(folder);
		folder = next;
		path += size + 1;
	}
	return false;
}

static bool look(const struct place *place, struct stat *status)
{
	return fstatat(place->folder, place->name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A directory with something in it, where none belongs, is somebody's: it is kept as NAME.before. */
static bool move_aside(const struct place *place)
{
	for (unsigned number = 0; number < 1000; number++) {
		char name[300];
		const struct place other = { place->folder, name };
		struct stat status;

		if (number == 0)
			snprintf(name, sizeof(name), "%s.before", place->name);
		else
			snprintf(name, sizeof(name), "%s.before.%u", place->name, number);
		if (look(&other, &status))
			continue;
		return renameat(place->folder, place->name, place->folder, name) == 0;
	}
	errno = EEXIST;
	return false;
}

static bool clear(const struct place *place, bool is_folder)
{
	if (!is_folder)
		return unlinkat(place->folder, place->name, 0) == 0;
	return unlinkat(place->folder, place->name, AT_REMOVEDIR) == 0 || move_aside(place);
}

/* Give an existing file the owner and the mode that the entry says; chown takes set-user-ID off. */
static bool own(struct tree *tree, const struct place *place, const char *name, const struct entry *entry,
		const struct stat *status)
{
	mode_t mode = entry->mode & 07777;
	bool owned = status->st_uid == entry->user && status->st_gid == entry->group;

	if (!owned) {
		tree->changed = true;
		if (fchownat(place->folder, name, entry->user, entry->group, AT_SYMLINK_NOFOLLOW) != 0)
			return false;
	}
	if (S_ISLNK(entry->mode) || (owned && (status->st_mode & 07777) == mode))
		return true;
	tree->changed = true;
	return fchmodat(place->folder, name, mode, 0) == 0;
}

static bool write_all(int output, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t count = write(output, data, size);

		if (count < 0)
			return false;
		data += count;
		size -= (size_t)count;
	}
	return true;
}

static bool create_file(int folder, const struct entry *entry)
{
	int output = openat(folder, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool done;

	if (output < 0)
		return false;
	/* On the disk before it has its name: a rename may get there first. */
	done = write_all(output, entry->data, entry->size) && fsync(output) == 0;
	return close(output) == 0 && done;
}

static bool create_link(int folder, const struct entry *entry)
{
	char *target = strndup(entry->data, entry->size);
	bool done = target != NULL && symlinkat(target, folder, unfinished) == 0;

	free(target);
	return done;
}

static bool create_name(const struct tree *tree, int folder, const struct entry *entry)
{
	struct place first;
	bool done;

	if (!open_place(tree, entry->same->path, &first))
		return false;
	done = linkat(first.folder, first.name, folder, unfinished, 0) == 0;
	close(first.folder);
	return done;
}

/* Make it under another name. */
static bool create(const struct tree *tree, int folder, const struct entry *entry)
{
	if (unlinkat(folder, unfinished, 0) != 0 && errno != ENOENT)
		return false;
	if (entry->same != NULL)
		return create_name(tree, folder, entry);
	if (S_ISREG(entry->mode))
		return create_file(folder, entry);
	if (S_ISLNK(entry->mode))
		return create_link(folder, entry);
	return mknodat(folder, unfinished, (entry->mode & (mode_t)S_IFMT) | 0600, entry->device) == 0;
}

static bool replace(struct tree *tree, const struct place *place, const struct entry *entry)
{
	struct stat status;
	int error;

	tree->changed = true;
	if (create(tree, place->folder, entry) &&
	    fstatat(place->folder, unfinished, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    own(tree, place, unfinished, entry, &status) &&
	    renameat(place->folder, unfinished, place->folder, place->name) == 0)
		return true;
	/* On a full disk half a file would take the room of the next ones. */
	error = errno;
	unlinkat(place->folder, unfinished, 0);
	errno = error;
	return false;
}

static bool same_content(const struct place *place, const struct entry *entry)
{
	size_t left = entry->size;
	const char *data = entry->data;
	char bytes[4096];
	ssize_t count = 1;
	int input = openat(place->folder, place->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (input < 0)
		return false;
	while (left > 0 && (count = read(input, bytes, sizeof(bytes))) > 0) {
		if ((size_t)count > left || memcmp(bytes, data, (size_t)count) != 0)
			break;
		data += count;
		left -= (size_t)count;
	}
	close(input);
	return left == 0;
}

static bool same_target(const struct place *place, const struct entry *entry)
{
	char target[4096];
	ssize_t size = readlinkat(place->folder, place->name, target, sizeof(target));

	return size >= 0 && (size_t)size == entry->size && memcmp(target, entry->data, entry->size) == 0;
}

/* Whether what an entry stands for is that very file. */
static bool is_name_of(const struct tree *tree, const struct stat *status, const struct entry *entry)
{
	struct place place;
	struct stat found;
	bool same = false;

	if (open_place(tree, entry->path, &place)) {
		same = look(&place, &found) && found.st_dev == status->st_dev && found.st_ino == status->st_ino;
		close(place.folder);
	}
	return same;
}

/* How many of the file's names in the archive are names of it already. */
static nlink_t names_there(const struct tree *tree, const struct stat *status, const struct entry *entry)
{
	nlink_t count = 1;

	for (size_t i = 0; i < tree->wanted->count; i++) {
		const struct entry *other = &tree->wanted->entries[i];

		if (other->same == entry && is_name_of(tree, status, other))
			count++;
	}
	return count;
}

/* Whether what is there is what the entry says, owner and mode aside. */
static bool is_there(const struct tree *tree, const struct place *place, const struct stat *status,
		     const struct entry *entry)
{
	if (((status->st_mode ^ entry->mode) & (mode_t)S_IFMT) != 0)
		return false;
	if (entry->same != NULL)
		return is_name_of(tree, status, entry->same);
	if (S_ISREG(entry->mode))
		/* A change of a name that the archive does not know would be one of this file. */
		return status->st_size == (off_t)entry->size &&
		       (status->st_nlink == 1 || status->st_nlink == names_there(tree, status, entry)) &&
		       same_content(place, entry);
	if (S_ISLNK(entry->mode))
		return same_target(place, entry);
	if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode))
		return status->st_rdev == entry->device;
	return true;
}

static bool make(struct tree *tree, const struct place *place, const struct entry *entry)
{
	struct stat status;
	bool exists = look(place, &status);

	if (!exists && errno != ENOENT)
		return false;
	if (exists && is_there(tree, place, &status, entry))
		return own(tree, place, place->name, entry, &status);
	if (!S_ISDIR(entry->mode)) {
		/* A rename takes a file's place by itself. */
		return (!exists || !S_ISDIR(status.st_mode) || clear(place, true)) && replace(tree, place, entry);
	}
	tree->changed = true;
	return (!exists || clear(place, false)) && mkdirat(place->folder, place->name, 0700) == 0 &&
	       look(place, &status) && own(tree, place, place->name, entry, &status);
}

void tree_tidy(struct tree *tree, const struct entry *directory)
{
	struct place place;
	int folder;

	if (!open_place(tree, directory == NULL ? "." : directory->path, &place))
		return;
	folder = openat(place.folder, place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(place.folder);
	if (folder < 0)
		return;
	if (unlinkat(folder, unfinished, 0) == 0)
		tree->changed = true;
	close(folder);
}

void tree_make(struct tree *tree, const struct entry *entry)
{
	struct place place;

	if (!open_place(tree, entry->path, &place)) {
		fail(tree, entry);
		return;
	}
	if (!make(tree, &place, entry))
		fail(tree, entry);
	close(place.folder);
}

void tree_remove(struct tree *tree, const struct entry *entry)
{
	struct place place;
	struct stat status;

	/* What is somewhere else now, or another kind of thing, is not what the entry tells of. */
	if (!open_place(tree, entry->path, &place))
		return;
	if (look(&place, &status) && S_ISDIR(status.st_mode) == S_ISDIR(entry->mode)) {
		if (unlinkat(place.folder, place.name, S_ISDIR(entry->mode) ? AT_REMOVEDIR : 0) == 0)
			tree->changed = true;
		else if (errno != ENOTEMPTY && errno != EEXIST && errno != EBUSY)
			fail(tree, entry);
	}
	close(place.folder);
}
