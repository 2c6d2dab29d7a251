// What a process gives up before it reads what a stranger wrote: Landlock, seccomp and resource limits, by system call.
#ifndef FOB_SANDBOX_H
#define FOB_SANDBOX_H

#include <stdint.h>

// Takes away every right that Landlock knows: files, TCP, abstract sockets, signals to others.
// The kernel's Landlock version; 0 where it has none; -1 with errno.
int fob_sandbox_landlock(void);

// From now on only the calls in sandbox.c; for all threads, and never taken back. 0, or -1 with errno.
int fob_sandbox_filter(void);

enum {
    FOB_LIMIT_MEMORY,
    FOB_LIMIT_PROCESSOR,
    FOB_LIMIT_FILE_SIZE,
    FOB_LIMIT_DESCRIPTORS,
    FOB_LIMIT_PROCESSES,
};

// Lowers a limit for good; one that is lower already stays. 0, or -1 with errno.
int fob_sandbox_limit(int limit, uint64_t value);

// Tries what a sandbox has to refuse. 0 if it was possible, else errno.
int fob_escape_socket(void);
int fob_escape_open(const char *path);
int fob_escape_execute(const char *program);
int fob_escape_fork(void);
int fob_escape_ptrace(void);

#endif
