/* What users and controllers can ask of a service. Pure, like decide.h. */
#ifndef ORDERS_H
#define ORDERS_H

#include "decide.h"

/* Up, whatever was marked before: ends the marks "stopped" and "failed" of it and of all that it needs;
 * what failed above it is tried again too. */
void order_start(struct system *system, size_t i);

/* Down, with everything that needs it, until order_start(). */
void order_stop(struct system *system, size_t i);

/* Down, with everything that needs it, then all of it up again. */
void order_restart(struct system *system, size_t i);

/* A controller's wish. It touches nothing but the service itself, and a user's stop outlives it. */
void order_controlled(struct system *system, size_t i, bool wanted);

/* The same for a controller whose service has to begin anew, if it is up. */
void order_controlled_restart(struct system *system, size_t i);

/* Its outputs changed while it stayed ready: those who observe it are told, those who need it are tried again. */
void order_announcement(struct system *system, size_t i);

#endif
