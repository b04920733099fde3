/* What a service is doing, in words. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "decide.h"

/* "output router of wan": what a service without it waits for. */
void describe_lack(const struct state *state, char *text, size_t size);

struct description {
	const char *state;	/* one word */
	char waits[512];	/* names, separated by commas */
	char note[512];		/* the rest: why, until when, what is wrong */
};

/* Looks at what judge() found last. */
void describe(const struct system *system, size_t i, int64_t now, struct description *description);

/* "exit code 1: no such disk", "Killed (signal 9)": why it failed last; empty when it did not. */
void describe_failure(const struct state *state, char *text, size_t size);

#endif
