/* Requests to the kernel by netlink(7): made of attributes, sent, and waited for. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

enum { REQUEST_SIZE = 4096 };

struct netlink {
	int descriptor;
	uint32_t sequence;
};

struct request {
	_Alignas(struct nlmsghdr) char bytes[REQUEST_SIZE];
	size_t size;
	size_t first;	/* attribute, from the start; answers begin as the request does */
};

/* What a message of an answer has: `attributes` is not aligned. */
typedef void taker(void *context, const char *attributes, size_t size);

/* All of these are false with errno set. */
bool netlink_open(struct netlink *kernel, int protocol);

/* Sends a request with NLM_F_ACK or NLM_F_DUMP, and waits until the kernel has done it. What it lists goes to `take`,
 * which may be NULL. */
bool netlink_ask(struct netlink *kernel, struct request *request, taker *take, void *context);

/* Begins a request with the header of its family, such as struct ifinfomsg. */
void request_begin(struct request *request, uint16_t type, uint16_t flags, const void *header, size_t size);

/* Adds an attribute, and returns where it starts; aborts if there is no room, as callers bound what they add. */
size_t request_add(struct request *request, uint16_t type, const void *value, size_t size);
size_t request_add_number(struct request *request, uint16_t type, uint32_t number);
size_t request_add_text(struct request *request, uint16_t type, const char *text);

/* What was added since is inside of the attribute that starts there. */
void request_end_nest(struct request *request, size_t at);

/* Finds the next attribute: its type, value and size; false at the end, and where they are not whole. */
bool next_attribute(const char **attributes, size_t *size, uint16_t *type, const char **value, size_t *value_size);

#endif
