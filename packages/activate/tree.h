#ifndef TREE_H
#define TREE_H

#include "archive.h"

/* A directory in which files are made, and what became of it so far. */
struct tree {
	int root;
	bool changed;
	bool failed;
};

/* Make what an entry says, unless it is there already. */
void tree_make(struct tree *tree, const struct entry *entry);

/* Remove a file, or a directory that is empty. */
void tree_remove(struct tree *tree, const struct entry *entry);

#endif
