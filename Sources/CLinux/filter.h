// The lines of a seccomp(2) filter, as both sandboxes put them together.
#ifndef FOB_FILTER_H
#define FOB_FILTER_H

#include "linux.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system calls of this processor are not listed yet"
#endif

#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

struct program {
    struct sock_filter lines[1024];
    unsigned short count;
};

static inline void put(struct program *program, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false) {
    program->lines[program->count++] = (struct sock_filter){code, if_true, if_false, value};
}

static inline void load(struct program *program, size_t offset) {
    put(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static inline void give(struct program *program, uint32_t action) { put(program, BPF_RET | BPF_K, action, 0, 0); }

static inline void give_for(struct program *program, uint32_t number, uint32_t action) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    give(program, action);
}

// Both processors keep the low half of an argument first.
static inline size_t low(int argument) {
    return offsetof(struct seccomp_data, args) + (size_t)argument * sizeof(uint64_t);
}
static inline size_t high(int argument) { return low(argument) + sizeof(uint32_t); }

// Ends the process for calls of another architecture, and leaves the number of the call to be compared.
static inline void begin(struct program *program) {
    program->count = 0;
    load(program, offsetof(struct seccomp_data, arch));
    put(program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    give(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    // No call at all: one that a tracer has taken out, as strace(1) does to make it fail.
    give_for(program, UINT32_MAX, SECCOMP_RET_ALLOW);
#ifdef __x86_64__
    // The calls of the x32 interface have this bit.
    put(program, BPF_JMP | BPF_JSET | BPF_K, 0x40000000, 0, 1);
    give(program, SECCOMP_RET_KILL_PROCESS);
#endif
}

// The call, unless the argument has one of these bits.
static inline void allow_without(struct program *program, uint32_t number, int argument, uint32_t bits) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
    load(program, low(argument));
    put(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    give(program, REFUSED);
    give(program, SECCOMP_RET_ALLOW);
}

// The call, where the argument has all of these bits.
static inline void allow_with(struct program *program, uint32_t number, int argument, uint32_t bits) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5);
    load(program, low(argument));
    put(program, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
    put(program, BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1);
    give(program, SECCOMP_RET_ALLOW);
    give(program, REFUSED);
}

// The call, where the low half of the argument has this value.
static inline void allow_value(struct program *program, uint32_t number, int argument, uint32_t value) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
    load(program, low(argument));
    put(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    give(program, SECCOMP_RET_ALLOW);
    give(program, REFUSED);
}

// The call, where the whole argument is NULL and, if it counts, the low half of another one has this value.
static inline void allow_null(
    struct program *program, uint32_t number, int null, int other, uint32_t value, int compares) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, compares ? 8 : 6);
    load(program, low(null));
    put(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, compares ? 5 : 3);
    load(program, high(null));
    put(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, compares ? 3 : 1);
    if (compares) {
        load(program, low(other));
        put(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    }
    give(program, SECCOMP_RET_ALLOW);
    give(program, REFUSED);
}

// What every process of fob may do: compute, use the memory that it has, wait, and talk over what is open already.
static const uint32_t everywhere[] = {
    // Descriptors that are open.
    SYS_read, SYS_readv, SYS_write, SYS_writev, SYS_close, SYS_lseek, SYS_fstat, SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
    // Memory; mmap and mprotect have a condition.
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_mlock2, SYS_munlock, SYS_mlockall, SYS_munlockall,
    // The arena of locked memory grows by files that nobody else can see.
    SYS_memfd_secret, SYS_ftruncate,
    // Threads that are there.
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_restart_syscall,
    // Signals to itself.
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    // Time and chance.
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom,
#ifdef SYS_time
    SYS_time,
#endif
    // Who it is.
    SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_exit, SYS_exit_group,
};

// Nothing of fob ever asks for these once it is in its sandbox: the process has been taken over, and ends.
static const uint32_t fatal[] = {
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_userfaultfd, SYS_perf_event_open,
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot,
    425 /* io_uring_setup */, 438 /* pidfd_getfd */,
};

static inline void allow_everywhere(struct program *program) {
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        give_for(program, everywhere[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) give_for(program, fatal[i], SECCOMP_RET_KILL_PROCESS);
    // No memory that can be run.
    allow_without(program, SYS_mmap, 2, PROT_EXEC);
    allow_without(program, SYS_mprotect, 2, PROT_EXEC);
    // To ask for its own limits, not to set any.
    allow_null(program, SYS_prlimit64, 2, 0, 0, 1);
    // abort(3).
    allow_value(program, SYS_tgkill, 0, (uint32_t)getpid());
}

// Ends the program and puts it into force for all threads, for good. 0, or -1 with errno.
static inline int enforce(struct program *program) {
    // All else: an error and not the end, because libraries try things that they can do without.
    give(program, REFUSED);
    struct sock_fprog installed = {.len = program->count, .filter = program->lines};
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &installed);
    // More than 0 is a thread that could not follow.
    if (result > 0) errno = EBUSY;
    return result == 0 ? 0 : -1;
}

#endif
