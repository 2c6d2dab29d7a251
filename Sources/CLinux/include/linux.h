// The Linux calls that Swift's Glibc module does not show: thin inline wrappers, no state.
#ifndef FOB_LINUX_H
#define FOB_LINUX_H

// Not _GNU_SOURCE: the C library's headers must read the same here and in Swift's own Glibc module.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <libintl.h>
#include <linux/stat.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

// What the program was started with: how many words, its own name in front, and each of them.
int fob_argument_count(void);
const char *fob_argument(int number);

static inline int fob_errno(void) { return errno; }
static inline void fob_set_errno(int code) { errno = code; }
static inline int fob_memfd_secret(void) { return (int)syscall(SYS_memfd_secret, O_CLOEXEC); }

// NULL instead of MAP_FAILED; at NULL anywhere, else exactly there.
static inline void *fob_reserve(void *at, size_t size) {
    void *range = mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED : 0), -1, 0);
    return range == MAP_FAILED ? NULL : range;
}
static inline int fob_map_shared(void *at, size_t size, int fd) {
    return mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED ? -1 : 0;
}
// Octets that this process may lock, UINT64_MAX for no limit: RLIMIT_MEMLOCK, unless it has CAP_IPC_LOCK (mlock(2)). What it had
// at the first call counts: sandboxes do not tell.
uint64_t fob_memlock_limit(void);
// To none where the process may (CAP_SYS_RESOURCE), else to the hard one.
static inline void fob_raise_memlock_limit(void) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0 || getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_MEMLOCK, &limit);
}
static inline void fob_raise_descriptor_limit(unsigned long count) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
    limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}
static inline int fob_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 1 << 20) return 1 << 20;
    return (int)limit.rlim_cur;
}
static inline void fob_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }
static inline void fob_ignore_file_limits(void) { signal(SIGXFSZ, SIG_IGN); }
static inline int fob_no_core(void) {
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none);
}

static inline int fob_close_range(unsigned first, unsigned last) { return (int)syscall(SYS_close_range, first, last, 0u); }
// Flag 4 is CLOSE_RANGE_CLOEXEC.
static inline int fob_keep_from_children(unsigned first) { return (int)syscall(SYS_close_range, first, ~0u, 4u); }
static inline int fob_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
// A file that has no name yet; nothing of it is left unless it is given one. The names are refused when they are taken.
static inline int fob_open_unnamed(const char *directory) {
    const int unnamed = 020000000 | O_DIRECTORY; // O_TMPFILE, which the header shows to _GNU_SOURCE only
    return open(directory, unnamed | O_WRONLY | O_CLOEXEC, 0600);
}
static inline int fob_name(int fd, const char *path) {
    char from[40];
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}
static inline int fob_openat(int directory, const char *name, int flags, mode_t mode) { return openat(directory, name, flags, mode); }
// What kind of file, in one letter: - regular, d directory, l symbolic link, ? anything else.
static inline char fob_kind(const struct stat *status) {
    if (S_ISREG(status->st_mode)) return '-';
    if (S_ISDIR(status->st_mode)) return 'd';
    if (S_ISSOCK(status->st_mode)) return 's';
    return S_ISLNK(status->st_mode) ? 'l' : '?';
}
// Has the processor fetch what is there, without waiting for it.
static inline void fob_prefetch(const void *bytes) { __builtin_prefetch(bytes); }

// Reads entries of a directory, as many as there is room for; 0 at the end. readdir(3) would take eight pages for them.
static inline ssize_t fob_read_entries(int directory, void *entries, size_t room) {
    return syscall(SYS_getdents64, directory, entries, room);
}
// The name of the entry that lies at `*place`, which moves on to the next one.
static inline const char *fob_next_name(const void *entries, ssize_t *place) {
    const struct dirent *entry = (const void *)((const char *)entries + *place);
    *place += entry->d_reclen;
    return entry->d_name;
}
// Moves a name where none is yet: EEXIST instead of replacing, EINVAL where the file system cannot do that.
static inline int fob_rename_new(int directory, const char *name, const char *other) {
    return (int)syscall(SYS_renameat2, directory, name, directory, other, 1u);
}
// The variable of that index as NAME=value, NULL behind the last one.
static inline const char *fob_environment(size_t index) {
    extern char **environ;
    for (size_t count = 0; environ && environ[count]; count++) {
        if (count == index) return environ[count];
    }
    return NULL;
}
// Octets that this user may still write there; -1 when the file system does not tell.
static inline int64_t fob_free_bytes(int fd) {
    struct statvfs status;
    return fstatvfs(fd, &status) == 0 ? (int64_t)status.f_bavail * (int64_t)status.f_frsize : -1;
}
// sync_file_range(2), which the header shows to _GNU_SOURCE only: what was written goes to the device from now on, and nobody
// waits for it.
extern int sync_file_range(int fd, int64_t offset, int64_t count, unsigned int flags);
static inline void fob_begin_sync(int fd) {
    const unsigned int write = 2; // SYNC_FILE_RANGE_WRITE
    sync_file_range(fd, 0, 0, write);
}
static inline _Bool fob_is_read_only(int fd) {
    struct statvfs status;
    return fstatvfs(fd, &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}
static inline int fob_set_modified(int fd, int64_t seconds) {
    struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
    return futimens(fd, times);
}
// Whether a child is stopped just now; it stays to be waited for.
static inline int fob_is_stopped(pid_t child) {
    siginfo_t information;
    memset(&information, 0, sizeof information);
    return waitid(P_PID, (id_t)child, &information, WSTOPPED | WNOHANG | WNOWAIT) == 0 && information.si_pid == child;
}
static inline pid_t fob_fork(void) { return fork(); }
static inline int fob_prctl(int option, unsigned long value) { return prctl(option, value, 0ul, 0ul, 0ul); }
static inline int fob_fcntl(int fd, int command, int value) { return fcntl(fd, command, value); }
static inline int fob_ioctl_size(int fd, struct winsize *size) { return ioctl(fd, TIOCGWINSZ, size); }

static inline int fob_peer(int fd, pid_t *pid, uid_t *uid) {
    struct { pid_t pid; uid_t uid; gid_t gid; } peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer) return -1;
    *pid = peer.pid;
    *uid = peer.uid;
    return 0;
}

// A pidfd of the process that has connected (Linux 6.5); -1 with ENOPROTOOPT before that.
static inline int fob_peer_pidfd(int fd) {
    int pidfd = -1;
    socklen_t size = sizeof pidfd;
    return getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0 ? pidfd : -1;
}
static inline int fob_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u); }
static inline int fob_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }

static inline int fob_unix_address(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) return -1;
    memcpy(address->sun_path, path, length + 1);
    // A leading @ names the abstract name space, as systemd writes it in NOTIFY_SOCKET.
    if (path[0] == '@') address->sun_path[0] = 0;
    return (int)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] != '@'));
}

static inline int fob_bind(int fd, const char *path) {
    struct sockaddr_un address;
    int length = fob_unix_address(&address, path);
    if (length < 0) { errno = ENAMETOOLONG; return -1; }
    return bind(fd, (struct sockaddr *)&address, (socklen_t)length);
}

static inline int fob_connect(int fd, const char *path) {
    struct sockaddr_un address;
    int length = fob_unix_address(&address, path);
    if (length < 0) { errno = ENAMETOOLONG; return -1; }
    return connect(fd, (struct sockaddr *)&address, (socklen_t)length);
}

static inline int fob_unix_socket(int packets, int nonblocking) {
    const int type = packets ? SOCK_SEQPACKET : SOCK_STREAM;
    return socket(AF_UNIX, type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), 0);
}
// 0 for a listening stream socket of the Unix domain, 1 for a listening one of packets, -1 for anything else.
static inline int fob_listener_kind(int fd) {
    int domain = 0, type = 0, listening = 0;
    socklen_t size = sizeof(int);
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX) return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening) return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return -1;
    return type == SOCK_STREAM ? 0 : type == SOCK_SEQPACKET ? 1 : -1;
}
static inline int fob_datagram_socket(void) { return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); }
static inline int fob_accept(int fd, int nonblocking) {
    return (int)syscall(SYS_accept4, fd, NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0));
}
static inline ssize_t fob_send(int fd, const void *bytes, size_t count) { return send(fd, bytes, count, MSG_NOSIGNAL); }

// Two connected sockets of packets, for which no child gets them.
static inline int fob_packet_pair(int *ends) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }
// A file or directory as a place and nothing else: neither its content nor its attributes can be had by it.
static inline int fob_open_place(const char *path) {
    const int place = 010000000; // O_PATH, which the header shows to _GNU_SOURCE only
    return open(path, place | O_CLOEXEC);
}
static inline int fob_receive_timeout(int fd, int64_t milliseconds) {
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}
// A packet with a descriptor beside it, unless that is -1.
static inline ssize_t fob_send_beside(int fd, const void *bytes, size_t count, int descriptor) {
    union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
    struct iovec part = {(void *)bytes, count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &descriptor, sizeof(int));
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}
// The next packet, and the descriptor beside it; -1 where there is none.
static inline ssize_t fob_receive_beside(int fd, void *bytes, size_t count, int *descriptor) {
    union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
    struct iovec part = {bytes, count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    *descriptor = -1;
    ssize_t result = recvmsg(fd, &message, 0x40000000 /* MSG_CMSG_CLOEXEC */);
    struct cmsghdr *head = result >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(descriptor, CMSG_DATA(head), sizeof(int));
    return result;
}
// What ps(1) shows of this process.
static inline void fob_set_name(const char *name) { prctl(PR_SET_NAME, (unsigned long)name, 0ul, 0ul, 0ul); }
// The session's end and polite requests to end are somebody else's business.
static inline void fob_ignore_ends(void) {
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_IGN);
}

// epoll(7) without its union: up to 64 events as tokens and masks.
static inline int fob_epoll_control(int poll, int operation, int fd, uint64_t token, uint32_t events) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(poll, operation, fd, &event);
}
static inline int fob_epoll_wait(int poll, uint64_t *tokens, uint32_t *masks, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(poll, events, 64, milliseconds);
    for (int i = 0; i < count; i++) {
        tokens[i] = events[i].data.u64;
        masks[i] = events[i].events;
    }
    return count;
}

static inline int fob_signal_queue(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
// Blocks all signals in this thread, for a thread that it starts: `before` is put back by the next.
static inline void fob_block_signals(sigset_t *before) {
    sigset_t set;
    sigfillset(&set);
    pthread_sigmask(SIG_BLOCK, &set, before);
}
static inline void fob_restore_signals(const sigset_t *before) {
    pthread_sigmask(SIG_SETMASK, before, NULL);
}
static inline void fob_release_signals(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
static inline int fob_next_signal(int fd) {
    struct signalfd_siginfo information;
    return read(fd, &information, sizeof information) == sizeof information ? (int)information.ssi_signo : 0;
}
static inline int fob_unblock_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    return sigprocmask(SIG_SETMASK, &set, NULL);
}
// Crashes end the process and do nothing else: Swift's runtime takes these signals when SWIFT_BACKTRACE says so, and
// then runs the program named there, which prints memory.
static inline void fob_default_crashes(void) {
    static const int signals[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
}
static inline int fob_timer(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK); }
static inline int fob_timer_set(int fd, int64_t seconds, int64_t nanoseconds) {
    struct itimerspec value = {{0, 0}, {seconds, nanoseconds}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &value, NULL);
}
// inotify(7): what happens to the names in a directory, or to the directory itself.
static inline int fob_inotify(void) { return inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }
static inline int fob_inotify_add(int fd, const char *directory, int names) {
    const uint32_t itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_DELETE | IN_ONLYDIR | IN_MASK_ADD;
    return inotify_add_watch(fd, directory, itself | (names ? IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO : 0));
}
// Milliseconds after which connect(2) and send(2) give up.
static inline int fob_send_timeout(int fd, int milliseconds) {
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}
static inline int fob_socket_name(int fd, char *path, size_t size) {
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address);
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 || address.sun_family != AF_UNIX) return -1;
    if (address.sun_path[0] == 0 || strlen(address.sun_path) >= size) return -1;
    strcpy(path, address.sun_path);
    return 0;
}
static inline unsigned fob_major(dev_t device) { return (unsigned)(((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffu)); }
static inline unsigned fob_minor(dev_t device) { return (unsigned)((device & 0xff) | ((device >> 12) & ~0xffu)); }
static inline int fob_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Gives what the heap does not use back to the system.
void fob_trim_heap(void);
// All threads have one heap: each with one of its own would keep what only it can use.
void fob_one_heap(void);
// Overwrites the vector registers that a call may change: copies of memory go through them.
void fob_clear_vectors(void);

// Overwrites the part of the stack that earlier calls used: what they left in dead frames is gone.
__attribute__((noinline)) static void fob_scrub_stack(void) {
    volatile unsigned char dead[16384];
    for (size_t i = 0; i < sizeof dead / sizeof(uint64_t); i++) ((volatile uint64_t *)dead)[i] = 0;
    __asm__ __volatile__("" : : "r"(dead) : "memory");
    fob_clear_vectors();
}

// The same after a job: a key derivation leaves what it made some 20 KiB down.
__attribute__((noinline)) static void fob_scrub_deep_stack(void) {
    volatile unsigned char dead[32768];
    for (size_t i = 0; i < sizeof dead / sizeof(uint64_t); i++) ((volatile uint64_t *)dead)[i] = 0;
    __asm__ __volatile__("" : : "r"(dead) : "memory");
    fob_clear_vectors();
}

// MARK: Language

// Of the user's locale no more than what sentences need: numbers in JSON keep their point.
static inline int fob_locale(void) { return setlocale(LC_CTYPE, "") && setlocale(LC_MESSAGES, ""); }
static inline int fob_catalogue(const char *directory) {
    return bindtextdomain("fob", directory) && bind_textdomain_codeset("fob", "UTF-8");
}
// The domain of the process is the program's own: a window has its sentences in another.
static inline const char *fob_sentence(const char *key) { return dgettext("fob", key); }
static inline const char *fob_sentence_of(const char *one, const char *many, unsigned long number) {
    return dngettext("fob", one, many, number);
}

// strerrordesc_np(3), which the header shows to _GNU_SOURCE only: the words of the C locale for an error's number.
extern const char *strerrordesc_np(int code);
static inline const char *fob_reason(int32_t code) {
    const char *words = strerrordesc_np(code);
    return words ? words : "unknown error";
}

#endif
