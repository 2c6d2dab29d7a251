// The least that a server over a Unix socket can do: `echo SOCKET` waits with epoll, reads, writes the same back.
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), poll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 71;
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = listener}};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    static char bytes[1 << 16];
    while (epoll_wait(poll, &event, 1, -1) == 1) {
        if (event.data.fd == listener) {
            event.data.fd = accept(listener, NULL, NULL);
            epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
            continue;
        }
        ssize_t got = read(event.data.fd, bytes, sizeof bytes);
        if (got <= 0) close(event.data.fd);
        else if (write(event.data.fd, bytes, (size_t)got) != got) return 74;
    }
    return 71;
}
