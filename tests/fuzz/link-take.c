/* link_take() of interface-wait, for test_netlink.py: datagrams, a size of two bytes in front of each. */
#include "harness.h"
#include "netlink.h"

#include <errno.h>

struct answer {
	int32_t index;
	uint8_t level, dumping, missed, seen, failed, error;
};

static void take_datagrams(struct link_watch *watch, struct answer *answer, const char *bytes, size_t size)
{
	for (size_t at = 0; size - at >= 2 && !answer->failed;) {
		size_t length = (size_t)(uint8_t)bytes[at] << 8 | (uint8_t)bytes[at + 1];
		char *datagram;

		at += 2;
		if (length > size - at)
			length = size - at;
		datagram = malloc(length);
		if (datagram == NULL && length > 0)
			exit(1);
		if (length > 0)
			memcpy(datagram, bytes + at, length);
		if (length > 0 && !link_take(watch, datagram, length)) {
			answer->failed = 1;
			answer->error = (uint8_t)errno;
		}
		free(datagram);
		at += length;
	}
}

int main(void)
{
	char *bytes;
	size_t size;

	while ((bytes = take_input(&size)) != NULL) {
		struct link_watch watch = { .descriptor = -1, .dumping = true, .name = "lan" };
		struct answer answer;

		memset(&answer, 0, sizeof(answer));
		take_datagrams(&watch, &answer, bytes, size);
		answer.index = watch.index;
		answer.level = (uint8_t)watch.level;
		answer.dumping = watch.dumping;
		answer.missed = watch.missed;
		answer.seen = watch.seen;
		give_answer(&answer, sizeof(answer));
		free(bytes);
	}
	return 0;
}
