/* What must survive the manager itself: who wants what, what was given up. */
#ifndef MARKS_H
#define MARKS_H

#include "decide.h"

struct marks {
	char *path;
	char *written;		/* the file's content, so that an unchanged one is not written again */
	bool announced;		/* "all services ready" was said */
};

/* False when there are none: the manager runs for the first time since boot. */
bool marks_read(struct marks *marks, const char *run_directory, struct system *system);
void marks_write(struct marks *marks, const struct system *system);

#endif
