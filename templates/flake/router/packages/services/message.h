/* Lines for the log (standard error) and, when they matter to whoever sits there, for the console. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

/* `path` is kept; NULL for no console. */
void message_console(const char *path);

/* Whether the log takes a line now; say() drops one that it does not. */
bool log_has_room(void);

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_on_console(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
