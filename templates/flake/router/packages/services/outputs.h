/* The directory in which a service publishes its outputs. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>

/* Makes it, empty. */
bool outputs_make(const char *run_directory, const char *name);

/* Writes `state`: the last output, so that whoever sees it finds all others. */
void outputs_complete(const char *run_directory, const char *name);

/* Removes it with all that is in it. */
void outputs_remove(const char *run_directory, const char *name);

#endif
