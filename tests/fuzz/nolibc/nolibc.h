/* Stands for the kernel's nolibc: preinit runs on this machine, in the world that preinit-world.c makes. */
#ifndef FAKE_NOLIBC_H
#define FAKE_NOLIBC_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

int fake_syscall(long number, const void *second, long third);

#define my_syscall0(number) fake_syscall(number, NULL, 0)
#define my_syscall3(number, first, second, third) \
	fake_syscall(number, (const void *)(uintptr_t)(second), (long)(third))

int sys_open(const char *path, int flags, unsigned mode);
long sys_read(int file, void *bytes, size_t size);
long sys_write(int file, const void *bytes, long size);
int sys_close(int file);
int sys_mkdir(const char *path, unsigned mode);
int sys_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *options);
int sys_umount2(const char *path, int flags);
int sys_chdir(const char *path);
int sys_chroot(const char *path);
int sys_fork(void);
int sys_wait4(int process, int *status, int options, void *usage);
int sys_execve(const char *path, char *const *arguments, char *const *environment);
int sys_reboot(int first, int second, int command, void *argument);
void sys_exit(int code) __attribute__((noreturn));

#endif
