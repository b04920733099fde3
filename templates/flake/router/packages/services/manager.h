/* Joins the pure part (decide.h) to s6, the outputs and the marks. */
#ifndef MANAGER_H
#define MANAGER_H

#include "decide.h"
#include "marks.h"
#include "s6.h"

struct settings {
	const char *graph_path;
	const char *scan_directory;
	const char *run_directory;
	const char *console;
	unsigned supervisor_limit_ms;	/* for every supervisor to appear */
	unsigned shutdown_limit_ms;
	struct limits limits;
};

struct manager {
	const struct settings *settings;
	struct system system;
	struct watch *watches;
	struct state *before;	/* room for the states before a decision */
	enum action *actions;
	bool *was_ready;	/* its observers were told that it is ready */
	struct marks marks;
	bool starting;		/* phase one: supervisors are still missing */
	int64_t supervisor_deadline;
	bool shutdown_told;
};

int64_t clock_ms(void);

/* Listens to all services and learns their state; false when that cannot be. */
bool manager_open(struct manager *manager, const struct settings *settings, struct graph *graph);

/* Reads what the supervisors wrote to the fifo of service `i`. */
void manager_read_events(struct manager *manager, size_t i);

/* Hands on to the log what service `i` printed, with its name. */
void manager_hear(struct manager *manager, size_t i);

/* Does what is due now; returns when something is due again, INT64_MAX for never. */
int64_t manager_step(struct manager *manager);

bool manager_all_down(const struct manager *manager);

#endif
