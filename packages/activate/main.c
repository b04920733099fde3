/*
 * activate [-r DIRECTORY] ROOT [OLD]: makes the files below / (or DIRECTORY) what the archive ROOT says,
 * and removes what the archive OLD lists and ROOT does not. All else is left alone.
 */
#include "archive.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare(const void *left, const void *right)
{
	const char *const *one = left;
	const char *const *other = right;

	return strcmp(*one, *other);
}

/* Return the paths of an archive, sorted; null where there is no memory. */
static const char **sorted_paths(const struct archive *archive)
{
	const char **paths = malloc((archive->count + 1) * sizeof(*paths));

	if (paths != NULL) {
		for (size_t i = 0; i < archive->count; i++)
			paths[i] = archive->entries[i].path;
		qsort(paths, archive->count, sizeof(*paths), compare);
	}
	return paths;
}

/* What is in a directory goes before it. */
static bool remove_others(struct tree *tree, const struct archive *old, const struct archive *wanted)
{
	const char **paths = sorted_paths(wanted);

	if (paths == NULL)
		return false;
	for (size_t i = old->count; i-- > 0;) {
		const char *path = old->entries[i].path;

		if (bsearch(&path, paths, wanted->count, sizeof(*paths), compare) == NULL)
			tree_remove(tree, &old->entries[i]);
	}
	free(paths);
	return true;
}

static bool apply(struct tree *tree, const struct archive *old)
{
	tree_begin(tree);
	if (!remove_others(tree, old, tree->wanted)) {
		fprintf(stderr, "activate: %s\n", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < tree->wanted->count; i++)
		tree_make(tree, &tree->wanted->entries[i]);
	tree_end(tree);
	if (tree->changed)
		sync();
	return !tree->failed;
}

int main(int count, char **arguments)
{
	struct archive wanted = { 0 };
	struct archive old = { 0 };
	struct tree tree = { .wanted = &wanted };
	const char *directory = "/";
	int option = getopt(count, arguments, "r:");
	bool done;

	if (option == 'r')
		directory = optarg;
	if (option == '?' || count - optind < 1 || count - optind > 2) {
		fputs("usage: activate [-r DIRECTORY] ROOT [OLD]\n", stderr);
		return 2;
	}
	if (!archive_read(&wanted, arguments[optind]))
		return 1;
	if (count - optind == 2 && !archive_read(&old, arguments[optind + 1]))
		return 1;
	umask(0);
	tree.root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree.root < 0) {
		fprintf(stderr, "activate: %s: %s\n", directory, strerror(errno));
		return 1;
	}
	done = apply(&tree, &old);
	close(tree.root);
	archive_free(&wanted);
	archive_free(&old);
	return done ? 0 : 1;
}
