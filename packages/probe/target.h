/* One computer that is asked whether it answers. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum kind { PING, DNS, TCP };

enum { QUESTION_SIZE = 280 };

struct target {
	enum kind kind;
	struct sockaddr_storage address;
	socklen_t address_size;
	unsigned char question[QUESTION_SIZE];	/* of ping and DNS */
	size_t question_size;
	int descriptor;				/* -1 while there is none */
};

/* Reads "ping/ADDRESS", "dns/ADDRESS/NAME" or "tcp/ADDRESS/PORT". `id` is what answers are known by. */
bool target_read(struct target *target, char *text, uint16_t id);

/* Asks once (again). What keeps it from that now may be over the next time. */
void target_ask(struct target *target, const char *interface);

/* Whether its descriptor, of which poll() said `events`, has the answer. */
bool target_answered(struct target *target, short events);

/* What poll() should wait for. */
short target_events(const struct target *target);

#endif
