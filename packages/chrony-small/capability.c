/*
 * The capabilities that chronyd keeps when it leaves root.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/capability.h"

struct capabilities {
	uint32_t bits;
};

/* chronyd makes one set, and frees it before another. */
static struct capabilities only;

static const struct {
	const char *word;
	unsigned number;
} words[] = {
	{ "cap_net_bind_service=ep", CAP_NET_BIND_SERVICE },
	{ "cap_net_raw=ep", CAP_NET_RAW },
	{ "cap_sys_time=ep", CAP_SYS_TIME },
};

static uint32_t bit_of(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == length && !strncmp(word, words[i].word, length))
			return UINT32_C(1) << words[i].number;
	return 0;
}

cap_t cap_from_text(const char *text)
{
	only.bits = 0;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");
		uint32_t bit = bit_of(text, length);

		if (!bit) {
			errno = EINVAL;
			return NULL;
		}
		only.bits |= bit;
		text += length;
	}
	return &only;
}

int cap_set_proc(cap_t set)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = set->bits, .permitted = set->bits },
	};

	return (int)syscall(SYS_capset, &header, data);
}

int cap_free(void *set)
{
	(void)set;
	return 0;
}
