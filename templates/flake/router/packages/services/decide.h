/* What to do next: a function of the graph, the state of every service and the time.
 * Nothing here reads a clock, a file or a socket, so that tests can drive it with any sequence of events. */
#ifndef DECIDE_H
#define DECIDE_H

#include "graph.h"

#include <stdint.h>

enum { REASON_SIZE = 160 };

enum phase {
	DOWN,		/* nothing of it is left; its undo has run */
	STARTING,	/* asked to run, not ready yet */
	READY,
	STOPPING,	/* asked to stop, or died: its undo has not finished yet */
};

enum cause { CAUSE_NONE, CAUSE_EXIT, CAUSE_SIGNAL, CAUSE_TIMEOUT, CAUSE_SUPERVISOR };

enum event {
	EVENT_STARTED,		/* its process runs */
	EVENT_READY,		/* it says that it is ready */
	EVENT_DIED,		/* its process ended, the undo begins */
	EVENT_DOWN,		/* the undo is over */
	EVENT_SUPERVISOR,	/* a new supervisor is there; it knows of no process */
	EVENT_UNSUPERVISED,	/* no supervisor answers */
	EVENT_LACKING,		/* its process ended because an output that it reads is not there */
	EVENT_SUPPLIED,		/* now it is */
};

enum action {
	ACTION_NONE,
	ACTION_START,
	ACTION_STOP,
	ACTION_KILL,	/* the stop took too long */
	ACTION_ENQUIRE,	/* even that did not help: ask s6 what is true */
};

struct state {
	enum phase phase;
	int64_t since;		/* when this phase began, ms */
	bool supervised;
	bool running;		/* STARTING: its process was seen */
	bool died;		/* STOPPING: its process is gone, the undo still runs */
	bool killed;		/* STOPPING: SIGKILL was sent */
	bool enquired;		/* STOPPING: s6 was asked */
	bool signal_owed;	/* an observed service changed before this one was ready */
	bool announced;		/* its outputs changed while it was up */

	bool wanted;		/* by the boot, or by its controller */
	bool stopped;		/* a user said stop; only a user's start ends that */
	bool failed;		/* tried too often; rarely tried again until forgive() */
	bool lacking;		/* `lack` is not there; no start would help */
	bool restarting;	/* to be brought down once, then up again */

	unsigned failures;	/* in a row */
	enum cause cause;	/* of the last one */
	int code;		/* its exit code or signal */
	char reason[REASON_SIZE];	/* what it said last before that; empty when nothing */
	char lack[REASON_SIZE];	/* SERVICE/OUTPUT */
	int64_t not_before;	/* pause after a failure, ms */

	bool sound;		/* meant to be up, and all that it needs is ready and sound */
	bool busy;		/* some service that needs it, directly or not, is not down */
	bool blocked;		/* something that it needs, directly or not, is not meant to be up */
	bool hopeless;		/* it does not become ready unless somebody does something about it */
	bool idle;		/* it waits for a controller or for an output: for what no service here is to blame */
	bool expected;		/* "all services ready" speaks of it: nothing here is controlled or stopped */
};

struct limits {
	unsigned retries;	/* attempts of a oneshot before it is marked failed */
	unsigned first_pause_ms;
	unsigned last_pause_ms;
	unsigned steady_ms;	/* up this long: earlier failures are forgotten */
	unsigned undo_ms;	/* on top of the limits of s6, before s6 is asked */
	unsigned failed_pause_ms;	/* between attempts of a oneshot that is marked failed */
};

struct system {
	const struct graph *graph;
	struct state *states;
	struct limits limits;
	bool shutdown;		/* nothing is wanted any more */
};

/* Takes note of an event of service `i`. */
void take_event(struct system *system, size_t i, enum event event, int64_t now);

/* Takes note of why the process of service `i` ended; to be called before EVENT_DIED when it is known. */
void take_cause(struct system *system, size_t i, enum cause cause, int code);

/* Forgets its failures: what made it fail may have changed. */
void forgive(struct state *state);

/* The same for all that need `i` or observe it directly. Those behind them follow when these are ready. */
void forgive_dependents(struct system *system, size_t i);

/* Fills `actions` (one per service) and takes them for done. Returns when to decide again if nothing happens
 * before, INT64_MAX when nothing is due. */
int64_t decide(struct system *system, int64_t now, enum action *actions);

/* Recomputes `sound` and all below it in struct state, for those who only look. */
void judge(struct system *system);

#endif
