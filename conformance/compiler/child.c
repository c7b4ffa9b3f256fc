/* SPDX-License-Identifier: MIT */
/* vgpu-cc in a process of its own: whatever it does, this one goes on. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_test.h"
#include "compiler/spawn.h"
#include "fake/directive.h"
#include "sanitizer.h"
#include "vgpu_test.h"

/* The source fails so, with a log that contains the text; and the next one works. */
static void expect_failure(const char *source, int error, const char *text)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;

    EXPECT_EQ(error, client_test_compile_with(source, NULL, &unit, &log));
    EXPECT_CONTAINS(log ? log : "(no log)", text);
    EXPECT_TRUE(unit.kernels == NULL);
    free(log);
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
}

VGPU_UNIT_TEST(vgpu_compiler_child, answers_become_units_and_logs)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;

    client_test_start();
    ASSERT_EQ(0, client_test_compile_with(FAKE_WARN, NULL, &unit, &log));
    EXPECT_STREQ("program.cl:1:1: warning: fake\n", log);
    EXPECT_EQ(VGPU_UNIT_EXECUTABLE, unit.kind);
    ASSERT_EQ(1, unit.num_kernels);
    EXPECT_STREQ("good", unit.kernels[0].declaration.name);
    EXPECT_BYTES("bitcode", unit.bitcode, sizeof "bitcode");
    free(log);
    vgpu_unit_fini(&unit);
    log = NULL;
    ASSERT_EQ(0, client_test_compile_with(FAKE_ANSWER, NULL, &unit, &log));
    EXPECT_TRUE(log == NULL);
    vgpu_unit_fini(&unit);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, what_it_says_of_the_source_is_told_apart)
{
    client_test_start();
    expect_failure(FAKE_REFUSE, -EINVAL, "program.cl:1:1: error: fake\n");
    expect_failure(FAKE_NO_TOOLS, -ENOEXEC, "install fake-clang");
    expect_failure(FAKE_FAIL, -EIO, "gives no reason");
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, nonsense_is_refused_and_the_next_build_works)
{
    static const char *const sources[] = {FAKE_GARBAGE,   FAKE_OLD,     FAKE_STATUS,
                                          FAKE_NUL,       FAKE_NO_UNIT, FAKE_OTHER_KIND,
                                          FAKE_BAD_FILES, FAKE_HUGE};

    client_test_start();
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        expect_failure(sources[i], -EIO, "The kernel compiler ");
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, a_crash_fails_one_build_with_a_message)
{
    static const char *const sources[] = {FAKE_CRASH, FAKE_KILL, FAKE_HALF, FAKE_LARGE};

    client_test_start();
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        expect_failure(sources[i], -EIO, "ended while it compiled");
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, a_crash_amid_a_large_request_raises_no_signal)
{
    const size_t length = (size_t)8 << 20;
    char *source = malloc(length + 1);

    ASSERT_TRUE(source != NULL);
    client_test_start();
    memset(source, ' ', length);
    memcpy(source, FAKE_CRASH_EARLY, strlen(FAKE_CRASH_EARLY));
    source[length] = '\0';
    expect_failure(source, -EIO, "ended while it compiled");
    memset(source, ' ', length);
    EXPECT_EQ(0, client_test_compile(source));
    free(source);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, an_answer_byte_by_byte_is_read)
{
    client_test_start();
    EXPECT_EQ(0, client_test_compile(FAKE_SLOW));
    client_test_end();
}

static void *expect_given_up(void *source)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;

    EXPECT_EQ(-EIO, client_test_compile_with(source, NULL, &unit, &log));
    EXPECT_CONTAINS(log ? log : "(no log)", "did not end within 1 seconds");
    free(log);
    return NULL;
}

VGPU_UNIT_TEST(vgpu_compiler_child, hanging_compilers_are_given_up_while_others_work)
{
    char hang[] = FAKE_HANG, trickle[] = FAKE_TRICKLE;
    pthread_t threads[2];

    client_test_start();
    setenv("VGPU_COMPILE_SECONDS", "1", 1);
    ASSERT_EQ(0, pthread_create(&threads[0], NULL, expect_given_up, hang));
    ASSERT_EQ(0, pthread_create(&threads[1], NULL, expect_given_up, trickle));
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    EXPECT_EQ(0, client_test_compile(FAKE_WARN));
    client_test_end();
}

static void *compile_many(void *number)
{
    for (int i = 0; i < 20; i++) {
        char source[64];
        snprintf(source, sizeof source, "unknown %d %d", *(int *)number, i);
        EXPECT_EQ(0, client_test_compile(source));
        EXPECT_EQ(-EIO, client_test_compile(FAKE_CRASH));
    }
    return NULL;
}

VGPU_UNIT_TEST(vgpu_compiler_child, threads_compile_side_by_side)
{
    pthread_t threads[8];
    int numbers[8];

    client_test_start();
    for (int i = 0; i < 8; i++) {
        numbers[i] = i;
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, compile_many, &numbers[i]));
    }
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    client_test_end();
}

/* The fake's server ends when a file of that name appears; it starts in this process. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child, a_request_lost_with_its_server_is_sent_again,
                        "VGPU_CC")
{
    client_test_start();
    setenv("FAKE_DEATH", client_test_write("death", ""), 1);
    unlink(getenv("FAKE_DEATH"));
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    client_test_write("death", "");
    EXPECT_EQ(0, client_test_compile(FAKE_WARN));
    EXPECT_EQ(-1, access(getenv("FAKE_DEATH"), F_OK));
    client_test_end();
}

static atomic_int signals;

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(&signals, 1);
}

/* In a process of its own, so that the server is started under these circumstances. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child,
                        the_program_sees_neither_signals_nor_children, "VGPU_CC")
{
    client_test_start();
    signal(SIGCHLD, count_signal);
    signal(SIGPIPE, count_signal);
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    EXPECT_EQ(-EIO, client_test_compile(FAKE_CRASH));
    EXPECT_EQ(-EIO, client_test_compile(FAKE_KILL));
    EXPECT_EQ(0, client_test_compile(FAKE_WARN));
    EXPECT_EQ(0, atomic_load(&signals));
    EXPECT_EQ(-1, waitpid(-1, NULL, WNOHANG | __WALL));
    EXPECT_EQ(ECHILD, errno);
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child, inherits_nothing_of_the_program, "VGPU_CC")
{
    struct vgpu_unit unit = {0};
    sigset_t all;
    char *log = NULL;
    int ends[2];

    client_test_start();
    ASSERT_EQ(0, pipe(ends));
    ASSERT_EQ(50, dup2(ends[0], 50));
    signal(SIGTERM, SIG_IGN);
    signal(SIGUSR1, count_signal);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    ASSERT_EQ(0, client_test_compile_with(FAKE_REPORT, NULL, &unit, &log));
    EXPECT_CONTAINS(log, "more descriptors: 0; /dev/null /dev/null /dev/null; "
                         "odd signals: 0; own session");
    free(log);
    vgpu_unit_fini(&unit);
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child, starts_where_standard_descriptors_are_closed,
                        "VGPU_CC")
{
    struct vgpu_unit unit = {0};
    char *log = NULL;
    int kept[3];

    client_test_start();
    for (int i = 0; i < 3; i++) {
        kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
        close(i);
    }
    const int error = client_test_compile_with(FAKE_REPORT, NULL, &unit, &log);
    for (int i = 0; i < 3; i++)
        dup2(kept[i], i);
    EXPECT_EQ(0, error);
    EXPECT_CONTAINS(log ? log : "", "more descriptors: 0; /dev/null /dev/null /dev/null");
    free(log);
    vgpu_unit_fini(&unit);
    client_test_end();
}

/* In a process of its own: descriptors of the others' are none of its business. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child,
                        uses_no_descriptor_that_the_program_closed_and_got_again,
                        "VGPU_CC")
{
    int own[16];
    char byte;

    client_test_start();
    ASSERT_EQ(0, client_test_compile(FAKE_ANSWER));
    ASSERT_EQ(0, close_range(STDERR_FILENO + 1, ~0u, 0));
    for (int i = 0; i < 16; i += 2)
        ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, &own[i]));
    EXPECT_EQ(0, client_test_compile("another"));
    EXPECT_EQ(-EIO, client_test_compile(FAKE_CRASH));
    EXPECT_EQ(0, client_test_compile("a third"));
    for (int i = 0; i < 16; i++) {
        EXPECT_EQ(-1, recv(own[i], &byte, 1, MSG_DONTWAIT));
        EXPECT_EQ(EAGAIN, errno);
    }
    for (int i = 0; i < 16; i++)
        EXPECT_EQ(0, close(own[i]));
    client_test_end();
}

/* The status that a copy of this process ends with, which compiles for itself. */
static int status_of_copy(void)
{
    const pid_t copy = fork();
    int status = -1;

    if (copy == 0)
        _exit(client_test_compile("a copy") == 0 &&
                      client_test_compile(FAKE_CRASH) == -EIO
                  ? 0
                  : 1);
    EXPECT_EQ(copy, waitpid(copy, &status, 0));
    return status;
}

VGPU_UNIT_TEST(vgpu_compiler_child, forks_of_the_program_compile_and_so_does_it)
{
    client_test_start();
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    EXPECT_EQ(0, status_of_copy());
    EXPECT_EQ(0, client_test_compile(FAKE_WARN));
    client_test_end();
}

#if !VGPU_TSAN /* it does not follow forks of programs with threads */

static atomic_bool stop;

static void *compile_until_stopped(void *unused)
{
    for (unsigned i = 0; !atomic_load(&stop); i++) {
        char source[64];
        snprintf(source, sizeof source, "unknown %u", i);
        EXPECT_EQ(0, client_test_compile(source));
    }
    return unused;
}

VGPU_UNIT_TEST(vgpu_compiler_child, forks_amid_requests_of_other_threads_harm_neither)
{
    pthread_t thread;

    client_test_start();
    ASSERT_EQ(0, pthread_create(&thread, NULL, compile_until_stopped, NULL));
    for (int i = 0; i < 20; i++)
        EXPECT_EQ(0, status_of_copy());
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    client_test_end();
}

#endif

VGPU_UNIT_TEST(vgpu_compiler_child, without_a_compiler_the_log_says_what_to_do)
{
    struct vgpu_unit unit;
    char *log = NULL;

    client_test_start();
    setenv("VGPU_CC", "/nowhere/vgpu-cc", 1);
    EXPECT_EQ(-ENOEXEC, client_test_compile_with(FAKE_ANSWER, NULL, &unit, &log));
    ASSERT_TRUE(log != NULL);
    EXPECT_CONTAINS(log, "'/nowhere/vgpu-cc' is not there");
    EXPECT_CONTAINS(log, "clang-19");
    EXPECT_CONTAINS(log, "VGPU_CC");
    EXPECT_CONTAINS(log, "registered from C work without it");
    free(log);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_child, a_file_that_is_no_program_is_no_compiler)
{
    struct vgpu_unit unit;
    const char *path;
    char *log = NULL;

    client_test_start();
    path = client_test_write("text", "no program\n");
    setenv("VGPU_CC", path, 1);
    EXPECT_EQ(-ENOEXEC, client_test_compile_with(FAKE_ANSWER, NULL, &unit, &log));
    EXPECT_CONTAINS(log, "is no program");
    free(log);
    client_test_end();
}

/* In a process of its own: this one has a server already. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child, a_compiler_that_does_not_start_is_named,
                        "VGPU_CC")
{
    struct vgpu_unit unit;
    char *log = NULL;

    client_test_start();
    setenv("VGPU_CC", "/bin/false", 1);
    EXPECT_EQ(-EIO, client_test_compile_with(FAKE_ANSWER, NULL, &unit, &log));
    EXPECT_CONTAINS(log ? log : "", "false");
    free(log);
    setenv("VGPU_CC", FAKE_CC, 1);
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_child, odd_seconds_are_reported_once, "VGPU_CC")
{
    client_test_start();
    setenv("VGPU_COMPILE_SECONDS", "soon", 1);
    vgpu_test_stderr_start();
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    EXPECT_EQ(0, client_test_compile(FAKE_WARN));
    EXPECT_STREQ(
        "vgpu: VGPU_COMPILE_SECONDS: 'soon' is no number from 1 to 86400; 120 is "
        "taken\n",
        vgpu_test_stderr_stop());
    client_test_end();
}

/* Tells the server's number, and waits to be killed. */
static void compile_and_tell(int channel)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;
    const char *place;
    int server = 0;

    if (client_test_compile_with(FAKE_REPORT, NULL, &unit, &log) == 0 && log) {
        place = strstr(log, "server ");
        server = place ? atoi(place + strlen("server ")) : 0;
    }
    if (write(channel, &server, sizeof server) != sizeof server)
        _exit(1);
    for (;;)
        pause();
}

VGPU_UNIT_TEST(vgpu_compiler_child, the_server_ends_with_a_program_that_is_killed)
{
    struct pollfd entry = {.events = POLLIN};
    int ends[2];
    int server = 0;

    client_test_start();
    ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
    const pid_t copy = fork();
    if (copy == 0)
        compile_and_tell(ends[1]);
    ASSERT_EQ(sizeof server, read(ends[0], &server, sizeof server));
    ASSERT_GT(server, 0);
    entry.fd = (int)syscall(SYS_pidfd_open, server, 0);
    ASSERT_GE(entry.fd, 0);
    EXPECT_EQ(0, poll(&entry, 1, 0));
    EXPECT_EQ(0, kill(copy, SIGKILL));
    EXPECT_EQ(copy, waitpid(copy, NULL, 0));
    EXPECT_EQ(1, poll(&entry, 1, -1));
    close(entry.fd);
    close(ends[0]);
    close(ends[1]);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_spawn_detached, says_why_a_program_does_not_start)
{
    char *const arguments[] = {NULL};

    EXPECT_EQ(-ENOENT, vgpu_spawn_detached("/nowhere/program", arguments, 0));
    EXPECT_EQ(-EACCES, vgpu_spawn_detached("/tmp", arguments, 0));
}
