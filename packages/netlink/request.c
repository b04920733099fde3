#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* More than the kernel puts into one datagram of a dump. */
enum { ANSWER_SIZE = 32768 };

static const size_t before = sizeof(struct nlattr);

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

bool netlink_open(struct netlink *kernel, int protocol)
{
	kernel->sequence = 0;
	kernel->descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	return kernel->descriptor >= 0;
}

void request_begin(struct request *request, uint16_t type, uint16_t flags, const void *header, size_t size)
{
	struct nlmsghdr message = { .nlmsg_type = type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) };

	memset(request->bytes, 0, sizeof(request->bytes));
	memcpy(request->bytes, &message, sizeof(message));
	memcpy(request->bytes + NLMSG_HDRLEN, header, size);
	request->size = request->first = NLMSG_HDRLEN + padded(size);
}

size_t request_add(struct request *request, uint16_t type, const void *value, size_t size)
{
	struct nlattr attribute = { .nla_len = (uint16_t)(before + size), .nla_type = type };
	size_t at = request->size;

	if (sizeof(request->bytes) - at < before + padded(size))
		abort();
	memcpy(request->bytes + at, &attribute, sizeof(attribute));
	if (size > 0)
		memcpy(request->bytes + at + before, value, size);
	request->size = at + before + padded(size);
	return at;
}

size_t request_add_number(struct request *request, uint16_t type, uint32_t number)
{
	return request_add(request, type, &number, sizeof(number));
}

size_t request_add_text(struct request *request, uint16_t type, const char *text)
{
	return request_add(request, type, text, strlen(text) + 1);
}

void request_end_nest(struct request *request, size_t at)
{
	struct nlattr attribute;

	memcpy(&attribute, request->bytes + at, sizeof(attribute));
	attribute.nla_len = (uint16_t)(request->size - at);
	memcpy(request->bytes + at, &attribute, sizeof(attribute));
}

bool next_attribute(const char **attributes, size_t *size, uint16_t *type, const char **value, size_t *value_size)
{
	struct nlattr attribute;
	size_t whole;

	if (*size < before)
		return false;
	memcpy(&attribute, *attributes, sizeof(attribute));
	if (attribute.nla_len < before || attribute.nla_len > *size)
		return false;
	*type = (uint16_t)(attribute.nla_type & (unsigned int)NLA_TYPE_MASK);
	*value = *attributes + before;
	*value_size = attribute.nla_len - before;
	/* The last one need not be padded. */
	whole = padded(attribute.nla_len) < *size ? padded(attribute.nla_len) : *size;
	*attributes += whole;
	*size -= whole;
	return true;
}

/* Takes the messages of one datagram. True when the answer is complete: errno then is 0, or the kernel's error. */
static bool take_answer(uint32_t sequence, size_t first, const char *bytes, size_t size, taker *take, void *context)
{
	size_t at = 0;

	errno = 0;
	while (at < size && size - at >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;
		int error = -EIO;

		memcpy(&header, bytes + at, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size - at)
			break;
		if (header.nlmsg_seq == sequence && header.nlmsg_type == NLMSG_DONE)
			return true;
		if (header.nlmsg_seq == sequence && header.nlmsg_type == NLMSG_ERROR) {
			if (header.nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
				memcpy(&error, bytes + at + NLMSG_HDRLEN, sizeof(error));
			errno = -error;
			return true;
		}
		if (header.nlmsg_seq == sequence && take != NULL && header.nlmsg_len > first)
			take(context, bytes + at + first, header.nlmsg_len - first);
		/* The last one need not be padded. */
		at += padded(header.nlmsg_len);
	}
	return false;
}

bool netlink_ask(struct netlink *kernel, struct request *request, taker *take, void *context)
{
	static _Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	struct nlmsghdr header;
	ssize_t got;

	memcpy(&header, request->bytes, sizeof(header));
	header.nlmsg_len = (uint32_t)request->size;
	header.nlmsg_seq = ++kernel->sequence;
	memcpy(request->bytes, &header, sizeof(header));
	if (send(kernel->descriptor, request->bytes, request->size, 0) != (ssize_t)request->size)
		return false;
	do {
		got = recv(kernel->descriptor, answer, sizeof(answer), 0);
		if (got < 0 && errno != EINTR)
			return false;
	} while (got <= 0
		 || !take_answer(kernel->sequence, request->first, answer, (size_t)got, take, context));
	return errno == 0;
}
