// Times how long a daemon takes from exec to its first answer: `start SOCKET REQUEST COMMAND...` starts the command, connects to
// the socket as soon as somebody listens there, sends the frame in the file REQUEST and waits for an answer. It prints the
// milliseconds that took, and those of them in which the daemon was on a processor; then it ends the daemon.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// Of all its threads so far.
static double on_processor(pid_t process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *tasks = opendir(path);
    double nanoseconds = 0, of_thread;
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        char file[sizeof path + sizeof task->d_name + 16];
        snprintf(file, sizeof file, "%s/%s/schedstat", path, task->d_name);
        FILE *times = task->d_name[0] == '.' ? NULL : fopen(file, "r");
        if (!times) continue;
        if (fscanf(times, "%lf", &of_thread) == 1) nanoseconds += of_thread;
        fclose(times);
    }
    if (tasks) closedir(tasks);
    return nanoseconds / 1e6;
}

int main(int argc, char **argv) {
    static char request[1 << 12], answer[1 << 12];
    if (argc < 4) return 64;
    FILE *file = fopen(argv[2], "rb");
    size_t size = file ? fread(request, 1, sizeof request, file) : 0;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    // A pause of 20 microseconds is to be one.
    prctl(PR_SET_TIMERSLACK, 1);
    double start = milliseconds();
    pid_t daemon;
    if (posix_spawnp(&daemon, argv[3], &actions, NULL, argv + 3, environ) != 0) return 71;
    int client, result = 0;
    while ((client = socket(AF_UNIX, SOCK_STREAM, 0)) >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        if (milliseconds() - start > 60000) {
            result = 70;
            break;
        }
        usleep(20);
    }
    if (result == 0 && (write(client, request, size) != (ssize_t)size || read(client, answer, sizeof answer) <= 0)) result = 70;
    double end = milliseconds();
    if (result == 0) printf("%.3f %.3f\n", end - start, on_processor(daemon));
    kill(daemon, SIGTERM);
    waitpid(daemon, NULL, 0);
    return result;
}
