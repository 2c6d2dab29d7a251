#include "sandbox.h"

#include "linux.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ptrace.h>

// MARK: Landlock

// The newest shape of struct landlock_ruleset_attr; an older kernel is told the size that it knows.
struct rights {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

#define LANDLOCK_CREATE 444
#define LANDLOCK_RESTRICT 446
#define LANDLOCK_ASK_VERSION 1u

int fob_sandbox_landlock(void) {
    long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
    if (version < 1) return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
    // Thirteen rights over files in version 1; 2 added moving, 3 truncating, 5 commands to devices.
    int files = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    struct rights handled = {.files = (UINT64_C(1) << files) - 1};
    size_t size = sizeof handled.files;
    if (version >= 4) {
        handled.network = 3;  // bind and connect
        size = 2 * sizeof(uint64_t);
    }
    if (version >= 6) {
        handled.scope = 3;  // abstract sockets and signals
        size = sizeof handled;
    }
    // A ruleset without a rule allows none of what it handles.
    long ruleset = syscall(LANDLOCK_CREATE, &handled, size, 0u);
    if (ruleset < 0) return -1;
    long result = syscall(LANDLOCK_RESTRICT, (int)ruleset, 0u);
    int code = errno;
    close((int)ruleset);
    errno = code;
    return result == 0 ? (int)version : -1;
}

// MARK: seccomp

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system calls of this processor are not listed yet"
#endif

// What computing, locked memory, and talking over descriptors that are open already need, for one thread.
static const uint32_t allowed[] = {
    // Descriptors that are open.
    SYS_read, SYS_readv, SYS_write, SYS_writev, SYS_close, SYS_lseek, SYS_fstat, SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
    // Memory; mmap and mprotect have a condition, below.
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_mlock2, SYS_munlock, SYS_mlockall, SYS_munlockall,
    // The arena of locked memory grows by files that nobody else can see.
    SYS_memfd_secret, SYS_ftruncate,
    // Threads of one.
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

// Nothing that decodes a file ever asks for these: the process has been taken over, and ends.
static const uint32_t fatal[] = {
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_userfaultfd, SYS_perf_event_open,
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot,
    425 /* io_uring_setup */, 434 /* pidfd_open */, 438 /* pidfd_getfd */,
};

struct program {
    struct sock_filter lines[256];
    unsigned short count;
};

static void put(struct program *program, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false) {
    program->lines[program->count++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(struct program *program, size_t offset) {
    put(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void give(struct program *program, uint32_t action) { put(program, BPF_RET | BPF_K, action, 0, 0); }

static void give_for(struct program *program, uint32_t number, uint32_t action) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    give(program, action);
}

// Both processors keep the low half of an argument first.
static size_t low(int argument) {
    return offsetof(struct seccomp_data, args) + (size_t)argument * sizeof(uint64_t);
}
static size_t high(int argument) { return low(argument) + sizeof(uint32_t); }

#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

// The call, unless the argument has one of these bits.
static void allow_without(struct program *program, uint32_t number, int argument, uint32_t bits) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
    load(program, low(argument));
    put(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    give(program, REFUSED);
    give(program, SECCOMP_RET_ALLOW);
}

// The call, where the whole argument is NULL and the low half of another one has this value.
static void allow_null(struct program *program, uint32_t number, int null, int other, uint32_t value, int compares) {
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

int fob_sandbox_filter(void) {
    struct program program = {.count = 0};
    load(&program, offsetof(struct seccomp_data, arch));
    put(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    give(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The calls of the x32 interface have this bit.
    put(&program, BPF_JMP | BPF_JSET | BPF_K, 0x40000000, 0, 1);
    give(&program, SECCOMP_RET_KILL_PROCESS);
#endif
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) give_for(&program, allowed[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) give_for(&program, fatal[i], SECCOMP_RET_KILL_PROCESS);
    // No memory that can be run.
    allow_without(&program, SYS_mmap, 2, PROT_EXEC);
    allow_without(&program, SYS_mprotect, 2, PROT_EXEC);
    // To send over a connected socket, not to an address.
    allow_null(&program, SYS_sendto, 4, 0, 0, 0);
    // To ask for its own limits, not to set any.
    allow_null(&program, SYS_prlimit64, 2, 0, 0, 1);
    // abort(3).
    put(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 3);
    load(&program, low(0));
    put(&program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
    give(&program, SECCOMP_RET_ALLOW);
    // All else: an error and not the end, because libraries try things that they can do without.
    give(&program, REFUSED);

    struct sock_fprog installed = {.len = program.count, .filter = program.lines};
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &installed);
    // More than 0 is a thread that could not follow.
    if (result > 0) errno = EBUSY;
    return result == 0 ? 0 : -1;
}

// MARK: Limits

int fob_sandbox_limit(int limit, uint64_t value) {
    static const int resources[] = {
        [FOB_LIMIT_MEMORY] = RLIMIT_AS,        [FOB_LIMIT_PROCESSOR] = RLIMIT_CPU,
        [FOB_LIMIT_FILE_SIZE] = RLIMIT_FSIZE,  [FOB_LIMIT_DESCRIPTORS] = RLIMIT_NOFILE,
        [FOB_LIMIT_PROCESSES] = RLIMIT_NPROC,
    };
    struct rlimit present;
    if (getrlimit(resources[limit], &present) != 0) return -1;
    rlim_t most = present.rlim_max < (rlim_t)value ? present.rlim_max : (rlim_t)value;
    struct rlimit lowered = {most, most};
    return setrlimit(resources[limit], &lowered);
}

// MARK: Attempts

int fob_escape_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno; }

int fob_escape_open(const char *path) { return open(path, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno; }

int fob_escape_execute(const char *program) {
    char *arguments[] = {(char *)program, NULL};
    execve(program, arguments, NULL);
    return errno;
}

int fob_escape_fork(void) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    return child > 0 ? 0 : errno;
}

int fob_escape_ptrace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno; }
