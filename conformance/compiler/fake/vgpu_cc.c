/* SPDX-License-Identifier: MIT */
/* A vgpu-cc that compiles nothing: it does what the source, or the kernel's name, tells
 * it to. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compiler/channel.h"
#include "directive.h"
#include "compiler/file.h"
#include "compiler/hash.h"
#include "compiler/request.h"
#include "unit.h"
#include "compiler/wire.h"

struct job {
    int stream;
    pid_t server;
    uint32_t operation;
    struct vgpu_reader fields;
    char *source;
    bool is_executable;
};

static uint64_t serial(void)
{
    uint64_t number = 0;

    if (getrandom(&number, sizeof number, 0) != sizeof number)
        abort();
    return number;
}

/* Until the library lets go. */
static void wait_for_hang_up(int stream, int milliseconds)
{
    struct pollfd entry = {.fd = stream, .events = POLLRDHUP};

    if (poll(&entry, 1, milliseconds) > 0)
        _exit(0);
}

static void send_message(const struct job *job, struct vgpu_writer *writer)
{
    void *bytes;
    size_t size;

    if (vgpu_writer_take(writer, &bytes, &size) == 0)
        vgpu_channel_send(job->stream, bytes, size, VGPU_NO_DEADLINE);
    _exit(0);
}

/* The bytes as they are, `size` of which are announced. */
static void send_raw(const struct job *job, uint64_t announced, const void *bytes,
                     size_t size)
{
    struct vgpu_writer writer = {0};

    vgpu_write_u64(&writer, announced);
    vgpu_write_bytes(&writer, bytes, size);
    send(job->stream, writer.bytes, writer.size, MSG_NOSIGNAL);
    _exit(0);
}

struct reply {
    uint32_t version, status;
    const char *log;
    size_t log_size;
    const void *result;
    size_t size;
    const char *included; /* or NULL */
    bool has_bad_files;
};

static void write_included(struct vgpu_writer *writer, const char *path)
{
    void *bytes = NULL;
    size_t size = 0;
    struct vgpu_hash hash;

    if (vgpu_file_read(AT_FDCWD, path, 1 << 20, &bytes, &size) != 0)
        _exit(1);
    hash = vgpu_hash_of(bytes, size);
    free(bytes);
    vgpu_write_string(writer, path);
    vgpu_write_u64(writer, hash.words[0]);
    vgpu_write_u64(writer, hash.words[1]);
}

static struct vgpu_writer print(const struct reply *reply)
{
    struct vgpu_writer writer = {0};

    vgpu_write_u32(&writer, reply->version);
    vgpu_write_u32(&writer, reply->status);
    vgpu_write_block(&writer, reply->log, reply->log_size);
    vgpu_write_block(&writer, reply->result, reply->size);
    vgpu_write_u64(&writer, (reply->included ? 1 : 0) + (reply->has_bad_files ? 1 : 0));
    if (reply->included)
        write_included(&writer, reply->included);
    return writer;
}

static void reply_with(const struct job *job, const struct reply *reply)
{
    struct vgpu_writer writer = print(reply);

    send_message(job, &writer);
}

static struct reply done(const void *result, size_t size, const char *log)
{
    return (struct reply){.version = VGPU_REQUEST_VERSION,
                          .log = log,
                          .log_size = strlen(log),
                          .result = result,
                          .size = size};
}

static struct reply unit_reply(const struct job *job, enum vgpu_unit_kind kind,
                               const char *log)
{
    static char name[] = "good", attributes[] = "", bitcode[] = "bitcode";
    struct vgpu_unit_kernel kernel = {
        .declaration = {.name = name, .attributes = attributes}};
    uint64_t variables = serial();
    const struct vgpu_unit unit = {.kind = kind,
                                   .kernels = &kernel,
                                   .num_kernels = 1,
                                   .variables = &variables,
                                   .variables_size = sizeof variables,
                                   .bitcode = bitcode,
                                   .bitcode_size = sizeof bitcode};
    void *bytes;
    size_t size;

    (void)job;
    if (vgpu_unit_pack(&unit, &bytes, &size) != 0)
        _exit(1);
    return done(bytes, size, log);
}

static enum vgpu_unit_kind kind_of(const struct job *job)
{
    return job->is_executable ? VGPU_UNIT_EXECUTABLE : VGPU_UNIT_OBJECT;
}

static void answer(struct job *job)
{
    const struct reply reply = unit_reply(job, kind_of(job), "");

    reply_with(job, &reply);
}

static void warn(struct job *job)
{
    const struct reply reply =
        unit_reply(job, kind_of(job), "program.cl:1:1: warning: fake\n");

    reply_with(job, &reply);
}

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        count += *entry->d_name != '.' && atoi(entry->d_name) != dirfd(folder);
    if (folder)
        closedir(folder);
    return count;
}

static const char *target_of(int descriptor)
{
    static char text[3][64];
    char path[64];
    ssize_t length;

    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    length = readlink(path, text[descriptor], sizeof *text - 1);
    text[descriptor][length > 0 ? length : 0] = '\0';
    return text[descriptor];
}

static size_t count_odd_signals(void)
{
    sigset_t blocked;
    size_t count = 0;

    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < 32; i++) {
        struct sigaction action;
        if (i == SIGCHLD) /* our own */
            continue;
        count += sigismember(&blocked, i) == 1;
        count += sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
    }
    return count;
}

static void report(struct job *job)
{
    char log[512];
    struct reply reply;

    /* Besides 0 to 2: the server's socket and the stream. */
    snprintf(log, sizeof log,
             "more descriptors: %zu; %s %s %s; odd signals: %zu; %s; "
             "server %d\n",
             count_descriptors() - 5, target_of(0), target_of(1), target_of(2),
             count_odd_signals(),
             getsid(0) == job->server ? "own session" : "shared session",
             (int)job->server);
    reply = unit_reply(job, kind_of(job), log);
    reply_with(job, &reply);
}

static void reply_status(struct job *job, uint32_t status, const char *log)
{
    struct reply reply = done("", 0, log);

    reply.status = status;
    reply_with(job, &reply);
}

static void refuse(struct job *job)
{
    reply_status(job, VGPU_STATUS_REFUSED, "program.cl:1:1: error: fake\n");
}

static void lack_tools(struct job *job)
{
    reply_status(job, VGPU_STATUS_NO_TOOLS, "install fake-clang\n");
}

static void fail(struct job *job)
{
    reply_status(job, VGPU_STATUS_FAILED, "");
}

static void unknown_status(struct job *job)
{
    reply_status(job, 99, "");
}

static void crash(struct job *job)
{
    (void)job;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void kill_server(struct job *job)
{
    kill(job->server, SIGKILL);
    crash(job);
}

static void hang(struct job *job)
{
    wait_for_hang_up(job->stream, -1);
}

static void trickle(struct job *job)
{
    const unsigned char size[8] = {0, 0, 1};

    for (size_t i = 0;; i++) {
        send(job->stream, i < sizeof size ? &size[i] : size, 1, MSG_NOSIGNAL);
        wait_for_hang_up(job->stream, 100);
    }
}

static void be_slow(struct job *job)
{
    const struct reply reply = unit_reply(job, kind_of(job), "");
    struct vgpu_writer fields = print(&reply), message = {0};

    vgpu_write_block(&message, fields.bytes, fields.size);
    for (size_t i = 0; i < message.size; i++) {
        send(job->stream, message.bytes + i, 1, MSG_NOSIGNAL);
        sched_yield();
    }
    _exit(0);
}

static void send_garbage(struct job *job)
{
    uint64_t bytes[16];

    for (size_t i = 0; i < 16; i++)
        bytes[i] = serial();
    send_raw(job, sizeof bytes, bytes, sizeof bytes);
}

static void send_half(struct job *job)
{
    const struct reply reply = unit_reply(job, kind_of(job), "");
    const struct vgpu_writer fields = print(&reply);

    send_raw(job, fields.size, fields.bytes, fields.size / 2);
}

static void announce_huge(struct job *job)
{
    send_raw(job, UINT64_MAX, "x", 1);
}

static void announce_large(struct job *job)
{
    send_raw(job, VGPU_MESSAGE_MOST, "x", 1);
}

static void reply_no_unit(struct job *job)
{
    const struct reply reply = done("nothing", 7, "");

    reply_with(job, &reply);
}

static void reply_other_kind(struct job *job)
{
    const struct reply reply = unit_reply(job, VGPU_UNIT_LIBRARY, "");

    reply_with(job, &reply);
}

static void reply_old(struct job *job)
{
    struct reply reply = unit_reply(job, kind_of(job), "");

    reply.version++;
    reply_with(job, &reply);
}

static void reply_nul(struct job *job)
{
    struct reply reply = unit_reply(job, kind_of(job), "");

    reply.log = "a\0b";
    reply.log_size = 3;
    reply_with(job, &reply);
}

static void reply_bad_files(struct job *job)
{
    struct reply reply = unit_reply(job, kind_of(job), "");

    reply.has_bad_files = true;
    reply_with(job, &reply);
}

static void include(struct job *job)
{
    struct reply reply = unit_reply(job, kind_of(job), "");

    reply.included = job->source + strlen(FAKE_INCLUDE);
    reply_with(job, &reply);
}

static const struct {
    const char *word;
    void (*act)(struct job *job);
} directives[] = {
    {FAKE_ANSWER, answer},
    {FAKE_WARN, warn},
    {FAKE_REPORT, report},
    {FAKE_REFUSE, refuse},
    {FAKE_NO_TOOLS, lack_tools},
    {FAKE_FAIL, fail},
    {FAKE_CRASH, crash},
    {FAKE_KILL, kill_server},
    {FAKE_HANG, hang},
    {FAKE_TRICKLE, trickle},
    {FAKE_SLOW, be_slow},
    {FAKE_GARBAGE, send_garbage},
    {FAKE_HALF, send_half},
    {FAKE_HUGE, announce_huge},
    {FAKE_LARGE, announce_large},
    {FAKE_NO_UNIT, reply_no_unit},
    {FAKE_OTHER_KIND, reply_other_kind},
    {FAKE_OLD, reply_old},
    {FAKE_STATUS, unknown_status},
    {FAKE_NUL, reply_nul},
    {FAKE_BAD_FILES, reply_bad_files},
};

static void skip_strings(struct vgpu_reader *fields)
{
    size_t count;
    char **strings = vgpu_read_strings(fields, &count);

    vgpu_strings_free(strings, count);
}

static void compile(struct job *job)
{
    size_t length;
    size_t headers;

    vgpu_read_u32(&job->fields);
    free(vgpu_read_string(&job->fields));
    const char *source = vgpu_read_block(&job->fields, &length);
    job->source = source ? strndup(source, length) : NULL;
    skip_strings(&job->fields);
    skip_strings(&job->fields);
    headers = vgpu_read_count(&job->fields, 16);
    for (size_t i = 0; i < 2 * headers; i++)
        vgpu_read_block(&job->fields, &length);
    job->is_executable = vgpu_read_u32_to(&job->fields, 1) != 0;
    free(vgpu_read_string(&job->fields));
    if (vgpu_reader_finish(&job->fields) != 0 || !job->source)
        reply_status(job, VGPU_STATUS_FAILED, "the request makes no sense\n");
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        if (strcmp(job->source, directives[i].word) == 0)
            directives[i].act(job);
    }
    if (strncmp(job->source, FAKE_INCLUDE, strlen(FAKE_INCLUDE)) == 0)
        include(job);
    answer(job);
}

static void link_units(struct job *job)
{
    const size_t count = vgpu_read_count(&job->fields, 8);
    struct reply reply;
    uint32_t kind;

    for (size_t i = 0; i < count; i++) {
        struct vgpu_unit unit;
        size_t size;
        const void *bytes = vgpu_read_block(&job->fields, &size);
        if (vgpu_unit_unpack(bytes, size, &unit) != 0)
            vgpu_reader_fail(&job->fields, -EINVAL);
    }
    skip_strings(&job->fields);
    kind = vgpu_read_u32_to(&job->fields, VGPU_UNIT_EXECUTABLE);
    if (vgpu_reader_finish(&job->fields) != 0)
        reply_status(job, VGPU_STATUS_FAILED, "the request makes no sense\n");
    reply = unit_reply(job, (enum vgpu_unit_kind)kind, "");
    reply_with(job, &reply);
}

/* Beside this program lie the objects. */
static char *object_path(const char *kernel)
{
    char *path;

    return asprintf(&path, "%s/libfake_code_%s.so", FAKE_OBJECTS, kernel) < 0 ? NULL
                                                                              : path;
}

static void make_code(struct job *job)
{
    struct reply reply = done("", 0, "");
    size_t size;
    char *kernel, *place;
    void *bytes;

    vgpu_read_block(&job->fields, &size);
    kernel = vgpu_read_string(&job->fields);
    vgpu_read_bytes(&job->fields, 3 * 8);
    vgpu_read_u32_to(&job->fields, 3);
    vgpu_read_u32_to(&job->fields, 4);
    vgpu_read_u32_to(&job->fields, VGPU_MAX_SUB_GROUP_SIZE);
    if (vgpu_reader_finish(&job->fields) != 0)
        reply_status(job, VGPU_STATUS_FAILED, "the request makes no sense\n");
    if (strcmp(kernel, FAKE_CODE_EMPTY) == 0)
        reply_with(job, &reply);
    if (strcmp(kernel, FAKE_CODE_GARBAGE) == 0) {
        reply = done("\177ELF garbage", 12, "");
        reply_with(job, &reply);
    }
    if (vgpu_file_read(AT_FDCWD, object_path(kernel), 1 << 24, &bytes, &size) != 0)
        reply_status(job, VGPU_STATUS_REFUSED, "no such kernel\n");
    place = memmem(bytes, size, FAKE_SERIAL, strlen(FAKE_SERIAL));
    if (place)
        memcpy(place, &(uint64_t){serial()}, FAKE_SERIAL_SIZE);
    reply = done(bytes, size, "");
    reply_with(job, &reply);
}

static void tell_tools(struct job *job)
{
    struct vgpu_writer list = {0};
    const char *const paths[] = {realpath("/proc/self/exe", NULL), getenv("FAKE_TOOL")};
    struct reply reply;

    vgpu_write_strings(&list, paths, paths[1] ? 2 : 1);
    reply = done(list.bytes, list.size, "");
    reply_with(job, &reply);
}

/* A look at what comes behind the size, as a crash may do without waiting for all. */
static bool begins_with_crash(int stream)
{
    unsigned char first[512];
    ssize_t seen;

    do
        seen = recv(stream, first, sizeof first, MSG_PEEK);
    while (seen > 0 && seen <= (ssize_t)sizeof(uint64_t));
    return seen > 0 &&
           memmem(first, (size_t)seen, FAKE_CRASH_EARLY, strlen(FAKE_CRASH_EARLY));
}

static void serve_one(int stream, pid_t server)
{
    struct job job = {.stream = stream, .server = server};
    void *message;
    size_t size;

    if (begins_with_crash(stream))
        crash(&job);
    if (vgpu_channel_receive(stream, VGPU_NO_DEADLINE, &message, &size) != 0)
        _exit(1);
    vgpu_reader_init(&job.fields, message, size);
    vgpu_read_u32(&job.fields);
    job.operation = vgpu_read_u32(&job.fields);
    vgpu_read_u32(&job.fields);
    free(vgpu_read_string(&job.fields));
    if (job.operation == VGPU_OPERATION_COMPILE)
        compile(&job);
    if (job.operation == VGPU_OPERATION_LINK)
        link_units(&job);
    if (job.operation == VGPU_OPERATION_CODE)
        make_code(&job);
    tell_tools(&job);
}

int main(int count, char **arguments)
{
    int stream;
    int socket;

    if (count != 2 || sscanf(arguments[1], "--serve=%d", &socket) != 1)
        return 1;
    signal(SIGCHLD, SIG_IGN); /* nobody waits for the forks */
    while (vgpu_channel_accept(socket, &stream) == 0) {
        const pid_t server = getpid();
        const char *death = getenv("FAKE_DEATH");
        if (death && unlink(death) == 0)
            return 1; /* with what it was given unread */
        if (fork() == 0)
            serve_one(stream, server);
        close(stream);
    }
    return 0;
}
