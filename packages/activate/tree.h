#ifndef TREE_H
#define TREE_H

#include "archive.h"

/* A directory in which files are made, what is wanted there, and what became of it so far. */
struct tree {
	int root;
	int staging; /* the directory in which files are made; -1 while there is none */
	const struct archive *wanted;
	bool changed;
	bool failed;
};

/* Remove what a run that was cut off has left. */
void tree_begin(struct tree *tree);

/* To be called when all is made. */
void tree_end(struct tree *tree);

/* Make what an entry says, unless it is there already. */
void tree_make(struct tree *tree, const struct entry *entry);

/* Remove a file, or a directory that is empty. */
void tree_remove(struct tree *tree, const struct entry *entry);

#endif
