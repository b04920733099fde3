/*
 * Nothing is written where nothing differs, because flash wears. A file is made in a directory that only
 * root comes into, and renamed to where it belongs, so whenever the power fails the old one or the new one
 * is there; the next run does what is left, and removes that directory.
 *
 * What the archive lists is what there will be. In its way, a file of another kind or an empty directory
 * goes; a directory with something in it is kept under another name.
 *
 * Many of the directories are a user's, who can have put anything under any name there, and who may change
 * it meanwhile. So nothing there is opened for writing, given away or followed by its name: a file that
 * differs in anything is replaced, a directory is changed through its descriptor, and no name that is
 * taken keeps anything from being made.
 */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char staging[] = ".activate-new"; /* in the topmost directory */
static const char unfinished[] = "new"; /* in that one */

enum { NAME_SIZE = 256 };

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
	for (unsigned number = 0; number < 100; number++) {
		char name[NAME_SIZE];
		char end[40] = ".before";
		struct timespec now = { 0, 0 };

		/* Whoever takes all names that can be foreseen does not foresee the moment. */
		if (number >= 10)
			(void)clock_gettime(CLOCK_MONOTONIC, &now);
		if (number > 0)
			snprintf(end, sizeof(end), ".before.%lld", number + (long long)now.tv_nsec);
		snprintf(name, sizeof(name), "%.*s%s", (int)(NAME_SIZE - 1 - strlen(end)), place->name, end);
		/* It takes the place of nothing but an empty directory. */
		if (renameat(place->folder, place->name, place->folder, name) == 0)
			return true;
		if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
			return false;
	}
	return false;
}

static bool clear(const struct place *place, bool is_folder)
{
	if (!is_folder)
		return unlinkat(place->folder, place->name, 0) == 0;
	return unlinkat(place->folder, place->name, AT_REMOVEDIR) == 0 || move_aside(place);
}

static bool is_own(const struct stat *status, const struct entry *entry)
{
	return status->st_uid == entry->user && status->st_gid == entry->group &&
	       (S_ISLNK(entry->mode) || ((status->st_mode ^ entry->mode) & 07777) == 0);
}

/*
 * Give it the owner and the mode that the entry says; chown takes set-user-ID off. The folder has to be one
 * in which nobody else can put something else under that name.
 */
static bool own(int folder, const char *name, const struct entry *entry)
{
	return fchownat(folder, name, entry->user, entry->group, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (S_ISLNK(entry->mode) || fchmodat(folder, name, entry->mode & 07777, 0) == 0);
}

/* The same for a directory wherever it is. */
static bool own_folder(struct tree *tree, const struct place *place, const struct entry *entry)
{
	struct stat status;
	int folder = openat(place->folder, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool done = folder >= 0 && fstat(folder, &status) == 0;

	if (done && !is_own(&status, entry)) {
		tree->changed = true;
		done = own(folder, ".", entry);
	}
	if (folder >= 0)
		close(folder);
	return done;
}

static bool write_all(int output, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t count = write(output, data, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		data += count;
		size -= (size_t)count;
	}
	return true;
}

static bool create_file(int folder, const struct entry *entry)
{
	int output = openat(folder, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
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

/* Open the directory in which files are made. */
static bool open_staging(struct tree *tree)
{
	if (tree->staging >= 0)
		return true;
	if (mkdirat(tree->root, staging, 0700) != 0)
		return false;
	tree->staging = openat(tree->root, staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return tree->staging >= 0;
}

/* Make it there. */
static bool create(const struct tree *tree, const struct entry *entry)
{
	int folder = tree->staging;

	if (unlinkat(folder, unfinished, 0) != 0 && errno != ENOENT)
		return false;
	if (entry->same != NULL)
		return create_name(tree, folder, entry);
	if (S_ISREG(entry->mode))
		return create_file(folder, entry) && own(folder, unfinished, entry);
	if (S_ISLNK(entry->mode))
		return create_link(folder, entry) && own(folder, unfinished, entry);
	return mknodat(folder, unfinished, (entry->mode & (mode_t)S_IFMT) | 0600, entry->device) == 0 &&
	       own(folder, unfinished, entry);
}

static bool replace(struct tree *tree, const struct place *place, const struct entry *entry)
{
	int error;

	tree->changed = true;
	if (!open_staging(tree))
		return false;
	if (create(tree, entry) && renameat(tree->staging, unfinished, place->folder, place->name) == 0)
		return true;
	/* On a full disk half a file would take the room of the next ones. */
	error = errno;
	unlinkat(tree->staging, unfinished, 0);
	errno = error;
	return false;
}

static bool same_content(const struct place *place, const struct entry *entry)
{
	size_t left = entry->size;
	const char *data = entry->data;
	char bytes[4096];
	ssize_t count = 1;
	int input = openat(place->folder, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

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
	if (exists && is_there(tree, place, &status, entry)) {
		if (S_ISDIR(entry->mode))
			return own_folder(tree, place, entry);
		if (entry->same != NULL || is_own(&status, entry))
			return true;
	}
	if (!S_ISDIR(entry->mode)) {
		/* A rename takes a file's place by itself. */
		return (!exists || !S_ISDIR(status.st_mode) || clear(place, true)) && replace(tree, place, entry);
	}
	tree->changed = true;
	return (!exists || clear(place, false)) && mkdirat(place->folder, place->name, 0700) == 0 &&
	       own_folder(tree, place, entry);
}

/* Where files are made, nothing else can be. */
static bool is_reserved(const char *path)
{
	size_t size = sizeof(staging) - 1;

	return strncmp(path, staging, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

void tree_begin(struct tree *tree)
{
	const struct place place = { tree->root, staging };
	struct stat status;
	int folder;

	tree->staging = -1;
	if (!look(&place, &status))
		return;
	tree->changed = true;
	folder = openat(tree->root, staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder >= 0) {
		unlinkat(folder, unfinished, 0);
		close(folder);
	}
	/* Where that cannot be, no file can be made either, and each one says so. */
	clear(&place, S_ISDIR(status.st_mode));
}

void tree_end(struct tree *tree)
{
	if (tree->staging < 0)
		return;
	close(tree->staging);
	tree->staging = -1;
	unlinkat(tree->root, staging, AT_REMOVEDIR);
}

void tree_make(struct tree *tree, const struct entry *entry)
{
	struct place place;

	if (is_reserved(entry->path)) {
		errno = EBUSY;
		fail(tree, entry);
		return;
	}
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
