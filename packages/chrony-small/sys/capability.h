/*
 * What chronyd asks of libcap, by the kernel's own call (capabilities(7)).
 */
#ifndef SYS_CAPABILITY_H
#define SYS_CAPABILITY_H

#include <linux/capability.h>

typedef struct capabilities *cap_t;

/* Words such as "cap_sys_time=ep"; NULL with errno EINVAL if one is not known. */
cap_t cap_from_text(const char *text);
int cap_set_proc(cap_t set);
int cap_free(void *set);

#endif
