/* The services of this router and how they depend on each other.
 * Read once from the graph file that the image carries; it never changes afterwards. */
#ifndef GRAPH_H
#define GRAPH_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_MAX_LENGTH = 200 };

enum service_type { ONESHOT, LONGRUN };

struct edges {
	size_t count;
	size_t *to;
};

struct service {
	char *name;
	enum service_type type;
	bool controlled;	/* something on the device starts it, not the boot */
	unsigned up_ms;		/* limit from start to ready */
	unsigned down_ms;	/* limit from stop to down, then SIGKILL */
	struct edges needs;
	struct edges dependents;
	struct edges observes;
	struct edges observers;
};

struct graph {
	size_t count;
	struct service *services;
	size_t *order;		/* indexes, every service after all that it needs */
};

/* Reads `path`. NULL when it is malformed; `problem` then says where and why. */
struct graph *graph_read(const char *path, char *problem, size_t size);
void graph_free(struct graph *graph);

/* Index of a name, or graph->count. */
size_t graph_find(const struct graph *graph, const char *name);

/* Writes up to `limit` indexes of names that look like `name`, best first; returns how many. */
size_t graph_nearest(const struct graph *graph, const char *name, size_t *found, size_t limit);

/* Marks in `reached` (graph->count wide) `from` and everything it needs, directly or not. */
void graph_mark_needs(const struct graph *graph, size_t from, bool *reached);

/* The same for everything that needs `from`. */
void graph_mark_dependents(const struct graph *graph, size_t from, bool *reached);

#endif
