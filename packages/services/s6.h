/* Everything that is said to s6 and heard from it.
 *
 * Used of its protocol, all of it documented or stable since 2.0:
 * - `supervise/control`: one character is one command; it opens for writing exactly when a supervisor listens.
 * - `event/`: a fifodir. Who wants events puts a fifo named "ftrig1:@" + 24 digits + ":" + 6 characters into it;
 *   the supervisor writes one character per event (s u U d D O x) and removes fifos without a reader.
 * - `s6-svstat -o`: the state, for a manager that starts later than the services. */
#ifndef S6_H
#define S6_H

#include "decide.h"

struct process {
	long pid;		/* 0: none known */
	long long start;	/* its start time in clock ticks, so that a reused pid is not taken for it */
};

struct watch {
	char *directory;	/* the service directory */
	int events;		/* read end of our fifo */
	int held;		/* write end, so that the fifo never reports its end */
	char *fifo;
	int said;		/* what the service prints comes from here */
	char line[512];		/* the beginning of its next line */
	size_t line_length;
	struct process orphan;	/* left by a supervisor that died */
	int64_t orphan_limit;	/* SIGKILL then */
	long undo;		/* pid of a `finish` that we run for an orphan */
	int64_t undo_limit;
};

/* Opens our fifo in its event directory, and the one that the service prints to. */
bool s6_watch(struct watch *watch, const char *scan_directory, const char *name);

bool s6_supervised(const struct watch *watch);

/* Sends one command; false when no supervisor listens. */
bool s6_send(const struct watch *watch, char command);

struct s6_status {
	bool up;
	bool ready;
	int64_t up_ms;		/* how long it has been up or down */
	int64_t ready_ms;
	int exit_code;		/* of the last process that ended, -1 when a signal ended it */
	int signal;
};

/* Runs s6-svstat (a fork: not for every event). */
bool s6_enquire(const struct watch *watch, struct s6_status *status);

/* The process that the wrapper wrote down in the service directory, if it still lives. */
struct process s6_recorded_process(const struct watch *watch);
bool process_lives(const struct process *process);
/* Signals its whole process group. */
void process_signal(const struct process *process, int signal);

/* Ends what is left of its process group, after the process itself ended. */
void s6_kill_rest(const struct watch *watch);

/* Forgets the process written down. */
void s6_forget_process(const struct watch *watch);

/* Reads some of what the service printed; false when there is no more. Hands on each whole line, fit to be printed. */
bool s6_read_said(struct watch *watch, void (*take_line)(void *where, const char *line), void *where);

/* The first line that the service left in a file of its directory, fit to be printed; empty when there is none. */
void s6_read_note(const struct watch *watch, const char *file, char *text, size_t size);

/* Before a start: no note or copy of an output is left of the one before. */
void s6_forget_run(const struct watch *watch);

/* Starts `finish` of a service whose supervisor died and could not run it. */
long s6_start_undo(const struct watch *watch, const char *name);

#endif
