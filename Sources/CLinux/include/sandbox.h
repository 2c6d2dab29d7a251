// What a process gives up before it reads what a stranger wrote: Landlock, seccomp and resource limits, by system call.
#ifndef FOB_SANDBOX_H
#define FOB_SANDBOX_H

#include <stdint.h>

// Rights over a place, and what a daemon may do.
enum {
    // Read what is there.
    FOB_MAY_READ = 1,
    // Read and write a file that is there, such as a device.
    FOB_MAY_USE = 2,
    // Make directories and sockets.
    FOB_MAY_MAKE = 4,
    // All of it: read, write, make, move and remove.
    FOB_MAY_CHANGE = 8,
    // Read what is there, and run it.
    FOB_MAY_RUN = 16,

    // Start threads.
    FOB_MAY_THREAD = 1,
    // Make sockets of the Unix domain and listen there.
    FOB_MAY_LISTEN = 2,
    // Connect to such.
    FOB_MAY_CONNECT = 4,
    // Read where symbolic links lead.
    FOB_MAY_READ_LINKS = 8,
    // Send messages over sockets that are connected.
    FOB_MAY_SEND = 16,
};

// A directory with all below it, or a file, that is open.
struct fob_place {
    int descriptor;
    int rights;
};

// Takes away every right that Landlock knows: files but those of the places, TCP, abstract sockets, signals to others. For
// the calling thread and those that it starts.
// The kernel's Landlock version; 0 where it has none, or one before `oldest`, and nothing is taken away; -1 with errno.
int fob_sandbox_landlock(const struct fob_place *places, int count, int oldest);

// From now on only the calls in sandbox.c, with those that start threads if it `may`; for all threads, and never taken
// back. 0, or -1 with errno.
int fob_sandbox_filter(int may);

// The same for a daemon, with what it `may`.
int fob_sandbox_daemon(int may);

// The same for a daemon's broker, with what it `may`: it answers over one socket, and has no threads.
int fob_sandbox_broker(int may);

// For a program that is run next: no sockets, no tracing, no signals. For all threads, and never taken back; 0, or -1 with
// errno.
int fob_sandbox_painter(void);

// Becomes another program; errno when it cannot.
int fob_sandbox_become(const char *program, char *const arguments[], char *const environment[]);

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
int fob_escape_connect(const char *path);
int fob_escape_create(const char *path);
int fob_escape_signal(void);
int fob_escape_run(void);
int fob_escape_open(const char *path);
int fob_escape_execute(const char *program);
int fob_escape_fork(void);
int fob_escape_ptrace(void);

#endif
