/* The control socket: one request line per connection, any number of reply lines, the last one "end CODE".
 *
 *   VERB LIMIT_MS NAME...        list, start, stop, restart, announce, ready, shutdown, and for
 *                                controllers control-start, control-stop, control-restart
 *   row NAME TYPE KIND STATE SINCE_MS WAITS NOTE      (separated by tabs; reply to list)
 *   say TEXT
 *   end CODE                     0 done, 1 it did not come to that, 2 the request is wrong
 *
 * A client that waits is looked at after every change and costs the others nothing. */
#ifndef CONTROL_H
#define CONTROL_H

#include "decide.h"

#include <poll.h>

enum { CLIENT_LIMIT = 64 };

struct client;

struct control {
	int listener;
	const char *run_directory;
	struct client *clients[CLIENT_LIMIT];
	size_t count;
};

bool control_open(struct control *control, const char *run_directory);

/* Fills at most CLIENT_LIMIT + 1 entries, returns how many. */
size_t control_descriptors(const struct control *control, struct pollfd *descriptors);

/* Reads requests, takes orders, writes replies. `descriptors` as filled by control_descriptors() and poll(). */
void control_serve(struct control *control, const struct pollfd *descriptors, struct system *system, int64_t now);

/* Answers all whose wait is over; judge() must have run. Returns when the next of them runs out of time. */
int64_t control_settle(struct control *control, const struct system *system, int64_t now);

#endif
