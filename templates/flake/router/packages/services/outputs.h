/* The directory in which a service publishes its outputs. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

/* Makes it, empty. */
bool outputs_make(const char *run_directory, const char *name);

/* Writes `state`: the last output, so that whoever sees it finds all others. */
void outputs_complete(const char *run_directory, const char *name);

/* Whether there is the output SERVICE/OUTPUT. */
bool outputs_have(const char *run_directory, const char *output);

/* Whether an output of `name` is not what it was for a reader, whose service directory has copies:
 * used/NAME:OUTPUT. */
bool outputs_differ(const char *run_directory, const char *name, const char *reader);

/* Removes it with all that is in it. */
void outputs_remove(const char *run_directory, const char *name);

/* What is wrong though it runs, in printable words: its output `problem`, or that the interface which it names in
 * `ifname` has no carrier. Empty when nothing is. */
void outputs_problem(const char *run_directory, const char *name, char *text, size_t size);

#endif
