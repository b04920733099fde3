/* What serviced says of the services (packages/services/control.h). */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

enum answer { ALL_READY, NOT_READY, SILENT };

/* Asks whether these services are ready, and waits so long for an answer. The first one that is not is written to
 * `which`; without names it is enough that there is an answer. */
enum answer ask_for(char *const *names, size_t count, int limit_ms, char *which, size_t size);

#endif
