#include "sandbox.h"

#include "filter.h"

#include <sys/ptrace.h>

// MARK: Landlock

// The newest shape of struct landlock_ruleset_attr; an older kernel is told the size that it knows.
struct rights {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

// struct landlock_path_beneath_attr.
struct beneath {
    uint64_t rights;
    int32_t place;
} __attribute__((packed));

#define LANDLOCK_CREATE 444
#define LANDLOCK_ADD 445
#define LANDLOCK_RESTRICT 446
#define LANDLOCK_ASK_VERSION 1u
#define LANDLOCK_BENEATH 1

// Rights over files, as landlock(7) numbers them.
enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIRECTORY = 1 << 3,
    REMOVE_DIRECTORY = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_DIRECTORY = 1 << 7,
    MAKE_FILE = 1 << 8,
    MAKE_SOCKET = 1 << 9,
    MOVE = 1 << 13,
    TRUNCATE = 1 << 14,
};

static long landlock_version(void) {
    long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
    return version >= 1 ? version : errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
}

// Thirteen rights over files in version 1; 2 added moving, 3 truncating, 5 commands to devices.
static uint64_t known_rights(long version) {
    return (UINT64_C(1) << (version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13)) - 1;
}

int fob_sandbox_landlock(const struct fob_place *places, int count, int oldest) {
    long version = landlock_version();
    if (version < 0) return -1;
    if (version < oldest || version == 0) return 0;
    struct rights handled = {.files = known_rights(version)};
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
    long result = 0;
    for (int i = 0; i < count && result == 0; i++) {
        uint64_t rights = 0;
        if (places[i].rights & FOB_MAY_READ) rights |= READ_FILE | READ_DIRECTORY;
        if (places[i].rights & FOB_MAY_RUN) rights |= EXECUTE | READ_FILE | READ_DIRECTORY;
        if (places[i].rights & FOB_MAY_USE) rights |= READ_FILE | WRITE_FILE;
        if (places[i].rights & FOB_MAY_MAKE) rights |= READ_DIRECTORY | MAKE_DIRECTORY | MAKE_SOCKET;
        if (places[i].rights & FOB_MAY_CHANGE)
            rights |= READ_FILE | READ_DIRECTORY | WRITE_FILE | REMOVE_DIRECTORY | REMOVE_FILE | MAKE_DIRECTORY | MAKE_FILE
                | MAKE_SOCKET | MOVE | TRUNCATE;
        struct stat status;
        if (fstat(places[i].descriptor, &status) == 0 && !S_ISDIR(status.st_mode))
            rights &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE;
        struct beneath rule = {rights & handled.files, places[i].descriptor};
        result = syscall(LANDLOCK_ADD, (int)ruleset, LANDLOCK_BENEATH, &rule, 0u);
    }
    if (result == 0) result = syscall(LANDLOCK_RESTRICT, (int)ruleset, 0u);
    int code = errno;
    close((int)ruleset);
    errno = code;
    return result == 0 ? (int)version : -1;
}

// MARK: seccomp

#define THREAD (0x100u /* CLONE_VM */ | 0x10000u /* CLONE_THREAD */)

// Threads, no processes. The flags of clone3 lie in memory, where no filter sees them: without it the C library takes
// clone.
static void allow_threads(struct program *program) {
    allow_with(program, SYS_clone, 0, THREAD);
    give_for(program, 435 /* clone3 */, SECCOMP_RET_ERRNO | ENOSYS);
}

int fob_sandbox_filter(int may) {
    struct program program;
    begin(&program);
    allow_everywhere(&program);
    if (may & FOB_MAY_THREAD) {
        allow_threads(&program);
        give_for(&program, SYS_set_robust_list, SECCOMP_RET_ALLOW);
        give_for(&program, SYS_rseq, SECCOMP_RET_ALLOW);
    }
    give_for(&program, SYS_pidfd_open, SECCOMP_RET_KILL_PROCESS);
    // To send over a connected socket, not to an address.
    allow_null(&program, SYS_sendto, 4, 0, 0, 0);
    return enforce(&program);
}

// What a daemon needs besides, whatever it is: files where Landlock lets it, its clients, its timers.
static const uint32_t daemons[] = {
    // Files, by names below the directories that Landlock leaves it.
    SYS_openat, SYS_newfstatat, SYS_statx, SYS_unlinkat, SYS_renameat2, SYS_renameat, SYS_mkdirat, SYS_linkat,
    SYS_readlinkat, SYS_getdents64, SYS_faccessat, SYS_faccessat2, SYS_utimensat, SYS_umask, SYS_fchmod, SYS_fchmodat,
    SYS_getcwd, SYS_chdir, SYS_fchdir,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_readlink, SYS_link,
    SYS_getrlimit, SYS_getpgrp, SYS_epoll_create, SYS_epoll_wait, SYS_eventfd, SYS_signalfd, SYS_inotify_init, SYS_dup2,
#endif
    SYS_pread64, SYS_pwrite64, SYS_fsync, SYS_fdatasync, SYS_sync_file_range, SYS_fallocate, SYS_fadvise64, SYS_flock,
    SYS_statfs, SYS_fstatfs, SYS_fcntl, SYS_dup, SYS_dup3, SYS_close_range,
    // What happens.
    SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_eventfd2, SYS_timerfd_create,
    SYS_timerfd_settime, SYS_timerfd_gettime, SYS_signalfd4, SYS_inotify_init1, SYS_inotify_add_watch,
    SYS_inotify_rm_watch, SYS_pselect6,
    // Clients, and which processes they are. recvmsg takes a descriptor from the process's own broker.
    SYS_accept4, SYS_recvfrom, SYS_recvmsg, SYS_shutdown, SYS_getsockopt, SYS_setsockopt, SYS_getsockname,
    SYS_getpeername, SYS_pidfd_open,
    // Threads that begin and end.
    SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_membarrier,
    // Who and where it is.
    SYS_getppid, SYS_getpgid, SYS_getsid, SYS_uname, SYS_sysinfo, SYS_getrusage, SYS_msync, SYS_mincore,
};

int fob_sandbox_daemon(int may) {
    struct program program;
    begin(&program);
    // Replies are sent more often than anything else is done, and a condition is looked at each time.
    allow_null(&program, SYS_sendto, 4, 0, 0, 0);
    allow_everywhere(&program);
    for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) give_for(&program, daemons[i], SECCOMP_RET_ALLOW);
    // Whether a process is there: the signal 0.
    allow_value(&program, SYS_kill, 1, 0);
    allow_value(&program, 424 /* pidfd_send_signal */, 1, 0);
    if (may & FOB_MAY_THREAD) allow_threads(&program);
    if (may & FOB_MAY_LISTEN) {
        allow_value(&program, SYS_socket, 0, AF_UNIX);
        give_for(&program, SYS_bind, SECCOMP_RET_ALLOW);
        give_for(&program, SYS_listen, SECCOMP_RET_ALLOW);
    }
    if (may & FOB_MAY_CONNECT) {
        allow_value(&program, SYS_socket, 0, AF_UNIX);
        give_for(&program, SYS_connect, SECCOMP_RET_ALLOW);
    }
    // No socket can be made that is not connected already.
    if (may & FOB_MAY_SEND) give_for(&program, SYS_sendmsg, SECCOMP_RET_ALLOW);
    return enforce(&program);
}

// What a broker that connects needs besides: it looks at the socket's directory, and at who holds the vault's lock.
static const uint32_t connecting[] = {
    SYS_openat, SYS_newfstatat, SYS_connect, SYS_getsockopt, SYS_setsockopt, SYS_getdents64, SYS_fcntl, SYS_readlinkat,
    SYS_pidfd_open, SYS_statx, SYS_fadvise64,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_readlink,
#endif
};

int fob_sandbox_broker(int may) {
    struct program program;
    begin(&program);
    allow_everywhere(&program);
    // What it is asked comes over a connected socket, and its answer goes there.
    give_for(&program, SYS_recvfrom, SECCOMP_RET_ALLOW);
    give_for(&program, SYS_sendmsg, SECCOMP_RET_ALLOW);
    if (may & FOB_MAY_READ_LINKS) {
        give_for(&program, SYS_readlinkat, SECCOMP_RET_ALLOW);
#ifdef __x86_64__
        give_for(&program, SYS_readlink, SECCOMP_RET_ALLOW);
#endif
    }
    if (may & FOB_MAY_CONNECT) {
        allow_value(&program, SYS_socket, 0, AF_UNIX);
        allow_null(&program, SYS_sendto, 4, 0, 0, 0);
        for (size_t i = 0; i < sizeof connecting / sizeof *connecting; i++)
            give_for(&program, connecting[i], SECCOMP_RET_ALLOW);
    }
    return enforce(&program);
}

// Programs of others, which are run: they ask for much that nobody can list, so that here stands what they do not get.
static const uint32_t painters[] = {
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg,
    SYS_sendmmsg, SYS_kill, SYS_tkill, SYS_pidfd_open, 424 /* pidfd_send_signal */, SYS_setpgid, SYS_setsid,
    SYS_shmget, SYS_msgget, SYS_semget, SYS_mq_open,
};

int fob_sandbox_painter(void) {
    struct program program;
    begin(&program);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) give_for(&program, fatal[i], SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < sizeof painters / sizeof *painters; i++) give_for(&program, painters[i], REFUSED);
    give(&program, SECCOMP_RET_ALLOW);
    return enforce(&program);
}

int fob_sandbox_become(const char *program, char *const arguments[], char *const environment[]) {
    execve(program, arguments, environment);
    return errno;
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

int fob_escape_connect(const char *path) {
    int number = fob_unix_socket(0, 0);
    return number < 0 || fob_connect(number, path) != 0 ? errno : 0;
}

int fob_escape_create(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0 ? 0 : errno;
}

int fob_escape_signal(void) { return kill(getppid(), SIGCONT) == 0 ? 0 : errno; }

int fob_escape_run(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? 0 : errno;
}

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
