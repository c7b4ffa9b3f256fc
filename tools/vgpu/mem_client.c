/* SPDX-License-Identifier: MIT */
/* Asks a process for its buffers. What it answers is checked: it may be any program. */
#define _GNU_SOURCE
#include "command.h"
#include "mem.h"
#include "plain_text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define MOST_BUFFERS ((size_t)1 << 20) /* more are no buffers, but a liar */

static union {
    struct vgpu_inspect_reply reply;
    char bytes[sizeof(struct vgpu_inspect_reply) + VGPU_INSPECT_MOST_BYTES +
               VGPU_INSPECT_MOST_ROWS * sizeof(struct vgpu_inspect_buffer)];
} answer;

void mem_program_of(pid_t process, char *text, size_t size)
{
    char path[64], raw[128] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)process);
    file = fopen(path, "re");
    if (file) {
        const size_t length = fread(raw, 1, sizeof raw - 1, file);

        for (size_t i = 0; i + 1 < length; i++)
            if (raw[i] == '\0')
                raw[i] = ' ';
        fclose(file);
    }
    vgpu_text_clean(text, size, raw);
}

/* The letter that the system has for what the process does; 0: there is no such. */
static char state_of(pid_t process)
{
    char path[64], line[512];
    const char *end = NULL;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)process);
    file = fopen(path, "re");
    if (!file)
        return 0;
    if (fgets(line, sizeof line, file))
        end = strrchr(line, ')');
    fclose(file);
    return end && end[1] == ' ' ? end[2] : '?';
}

static void complain_of_silence(pid_t process)
{
    const char state = state_of(process);

    if (state == 'T' || state == 't')
        complain("process %ld is stopped, and cannot answer; let it go on, or look at "
                 "it with a debugger, where `vgpu buffers` lists its buffers",
                 (long)process);
    else
        complain("process %ld does not answer", (long)process);
}

static void complain_of_no_service(pid_t process, int error)
{
    if (state_of(process) == 0)
        complain("there is no process %ld; `vgpu mem` lists those that can be asked",
                 (long)process);
    else if (error == ECONNREFUSED || error == ENOENT)
        complain("process %ld has no buffers that can be looked at: it does not use "
                 "vgpu, has not made a buffer yet, or was started with VGPU_INSPECT=0; "
                 "`vgpu mem` lists those that can be asked",
                 (long)process);
    else if (error == EAGAIN)
        complain_of_silence(process);
    else
        complain("process %ld cannot be asked: %s", (long)process, strerror(error));
}

/* Anybody may have taken the address. */
static bool is_process_of_mine(int server, pid_t process)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(server, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.pid == process && (peer.uid == geteuid() || geteuid() == 0);
}

int mem_connect(pid_t process)
{
    const struct timeval patience = {.tv_sec = VGPU_INSPECT_SECONDS};
    struct sockaddr_un address;
    const socklen_t size = vgpu_inspect_address(process, &address);
    const int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (server < 0) {
        complain("no socket can be made: %s", strerror(errno));
        return -1;
    }
    setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(server, (const struct sockaddr *)&address, size) != 0)
        complain_of_no_service(process, errno);
    else if (!is_process_of_mine(server, process))
        complain("what answers for process %ld is another process, or another user's; "
                 "only your own can be looked at",
                 (long)process);
    else
        return server;
    close(server);
    return -1;
}

static bool complain_of_lie(void)
{
    complain("the process' answer makes no sense: is its vgpu of another version?");
    return false;
}

/* One request and its answer; `payload_out` bytes follow the reply. */
static bool ask(int server, const struct vgpu_inspect_request *request,
                size_t *payload_out)
{
    struct ucred peer = {.pid = 0};
    socklen_t size = sizeof peer;
    ssize_t length = -1;

    if (send(server, request, sizeof *request, MSG_NOSIGNAL) >= 0)
        length = recv(server, &answer, sizeof answer, MSG_TRUNC);
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        getsockopt(server, SOL_SOCKET, SO_PEERCRED, &peer, &size);
        complain_of_silence(peer.pid);
        return false;
    }
    if (length <= 0) {
        complain("the process ended, or does not let itself be asked");
        return false;
    }
    if ((size_t)length < sizeof answer.reply || (size_t)length > sizeof answer ||
        answer.reply.version != VGPU_INSPECT_VERSION)
        return complain_of_lie();
    *payload_out = (size_t)length - sizeof answer.reply;
    return true;
}

static void clean(struct vgpu_inspect_buffer *buffer)
{
    buffer->name[sizeof buffer->name - 1] = '\0';
    buffer->devices[sizeof buffer->devices - 1] = '\0';
    buffer->copies[sizeof buffer->copies - 1] = '\0';
    buffer->arguments[sizeof buffer->arguments - 1] = '\0';
    vgpu_text_clean(buffer->name, sizeof buffer->name, buffer->name);
    vgpu_text_clean(buffer->devices, sizeof buffer->devices, buffer->devices);
    vgpu_text_clean(buffer->copies, sizeof buffer->copies, buffer->copies);
    vgpu_text_clean(buffer->arguments, sizeof buffer->arguments, buffer->arguments);
}

/* Adds the rows of an answer to the array. */
static bool take_rows(size_t payload, struct vgpu_inspect_buffer **buffers, size_t *count)
{
    const size_t rows = answer.reply.rows;
    struct vgpu_inspect_buffer *more;

    if (rows > VGPU_INSPECT_MOST_ROWS || payload != rows * sizeof **buffers ||
        *count + rows > MOST_BUFFERS)
        return complain_of_lie();
    more = realloc(*buffers, (*count + rows + 1) * sizeof **buffers);
    if (!more) {
        complain("there is no memory");
        return false;
    }
    *buffers = more;
    memcpy(more + *count, answer.bytes + sizeof answer.reply, payload);
    for (size_t i = 0; i < rows; i++)
        clean(&more[*count + i]);
    *count += rows;
    return true;
}

static int by_number(const void *left, const void *right)
{
    const struct vgpu_inspect_buffer *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

bool mem_list(int server, struct vgpu_inspect_buffer **buffers_out, size_t *count_out)
{
    struct vgpu_inspect_buffer *buffers = NULL;
    struct vgpu_inspect_request request = {.version = VGPU_INSPECT_VERSION,
                                           .ask = VGPU_INSPECT_LIST};
    size_t count = 0, payload;

    do {
        if (!ask(server, &request, &payload) || !take_rows(payload, &buffers, &count)) {
            free(buffers);
            return false;
        }
        if (answer.reply.next != 0 && answer.reply.next <= request.at) {
            free(buffers);
            return complain_of_lie();
        }
        request.at = answer.reply.next;
    } while (request.at != 0);
    qsort(buffers, count, sizeof *buffers, by_number);
    *buffers_out = buffers;
    *count_out = count;
    return true;
}

static size_t refuse(const struct vgpu_inspect_buffer *buffer)
{
    switch (answer.reply.status) {
    case VGPU_INSPECT_NO_BUFFER:
        complain("%s was released while it was being read", buffer->name);
        break;
    case VGPU_INSPECT_NO_MEMORY:
        complain("the memory of %s is not there: it is a host pointer that the program "
                 "has freed",
                 buffer->name);
        break;
    default:
        complain_of_lie();
    }
    return 0;
}

/* One answer's worth of it: what lies in different memories comes piece by piece. */
static size_t read_piece(int server, const struct vgpu_inspect_buffer *buffer,
                         uint64_t at, uint64_t size, char *bytes_out)
{
    const struct vgpu_inspect_request request = {.version = VGPU_INSPECT_VERSION,
                                                 .ask = VGPU_INSPECT_READ,
                                                 .number = buffer->number,
                                                 .at = at,
                                                 .size = size};
    size_t payload;

    if (!ask(server, &request, &payload))
        return 0;
    if (answer.reply.status != VGPU_INSPECT_DONE)
        return refuse(buffer);
    if (payload == 0 || payload > size || payload > VGPU_INSPECT_MOST_BYTES) {
        complain_of_lie();
        return 0;
    }
    memcpy(bytes_out, answer.bytes + sizeof answer.reply, payload);
    return payload;
}

size_t mem_read(int server, const struct vgpu_inspect_buffer *buffer, uint64_t at,
                uint64_t size, char *bytes_out)
{
    size_t done = 0;

    if (size > VGPU_INSPECT_MOST_BYTES)
        size = VGPU_INSPECT_MOST_BYTES;
    while (done < size) {
        const size_t got =
            read_piece(server, buffer, at + done, size - done, bytes_out + done);

        if (got == 0)
            return 0;
        done += got;
    }
    return done;
}

/* The process of a line of /proc/net/unix, whose listener is marked as such; 0: none. */
static pid_t process_of_line(const char *line)
{
    static const char mark[] = "@" VGPU_INSPECT_NAME;
    const char *const name = strstr(line, mark);
    unsigned long flags = 0;
    long process;
    char *end;

    if (!name || sscanf(line, "%*s %*s %*s %lx", &flags) != 1 || !(flags & 0x10000))
        return 0;
    process = strtol(name + strlen(mark), &end, 10);
    return process > 0 && (*end == '\n' || *end == '\0') ? (pid_t)process : 0;
}

size_t mem_processes(void)
{
    FILE *file = fopen("/proc/net/unix", "re");
    char line[512], program[96];
    size_t count = 0;

    while (file && fgets(line, sizeof line, file)) {
        const pid_t process = process_of_line(line);

        if (process == 0 || kill(process, 0) != 0)
            continue;
        mem_program_of(process, program, sizeof program);
        if (count++ == 0)
            printf("%10s  %s\n", "PROCESS", "PROGRAM");
        printf("%10ld  %s\n", (long)process, program);
    }
    if (file)
        fclose(file);
    return count;
}
