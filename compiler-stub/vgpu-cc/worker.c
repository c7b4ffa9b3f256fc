/* SPDX-License-Identifier: MIT */
/* The process that answers one request: in a process group of its own, which ends with
 * it. */
#define _GNU_SOURCE
#include "worker.h"

#include <llvm-c/ErrorHandling.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "compiler/channel.h"
#include "sanitizer.h"

#define MEMORY_MOST ((rlim_t)8 << 30)
#define FILES_MOST  ((rlim_t)1 << 16) /* each header is one */
#define STACK_MOST  ((rlim_t)64 << 20)

/* What is said where nothing can be put together any more. */
enum last_words { TOO_LONG, TOO_LARGE, CRASH, NUM_LAST_WORDS };

static struct {
    int stream;
    void *words[NUM_LAST_WORDS]; /* with their size in front, as a message is sent */
    size_t sizes[NUM_LAST_WORDS];
    char stack[64 << 10]; /* for a handler after the stack's end */
} worker;

/* Only what signal handlers may call. */
static _Noreturn void end_all(enum last_words words)
{
    const char *bytes = worker.words[words];
    size_t left = worker.sizes[words];

    while (bytes && left > 0) {
        const ssize_t sent = send(worker.stream, bytes, left, MSG_NOSIGNAL);

        if (sent <= 0)
            break;
        bytes += sent;
        left -= (size_t)sent;
    }
    if (getpgrp() == getpid())
        kill(0, SIGKILL);
    _exit(EXIT_FAILURE);
}

static void take_signal(int number)
{
    end_all(number == SIGALRM || number == SIGXCPU ? TOO_LONG
            : number == SIGXFSZ                    ? TOO_LARGE
                                                   : CRASH);
}

static void prepare_words(enum last_words words, const char *log)
{
    void *answer;
    size_t size;
    struct vgpu_writer writer = {0};

    if (!vgpu_cc_answer_failure(log, &answer, &size))
        return;
    vgpu_write_block(&writer, answer, size);
    free(answer);
    vgpu_writer_take(&writer, &worker.words[words], &worker.sizes[words]);
}

static void take_fault_of_llvm(const char *reason)
{
    char log[1000];

    snprintf(log, sizeof log, "error: the kernel compiler gave up: %.900s\n", reason);
    prepare_words(CRASH, log);
    end_all(CRASH);
}

static void handle_signals(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,
                                  SIGABRT, SIGALRM, SIGXCPU, SIGXFSZ};
    struct sigaction action = {.sa_handler = take_signal, .sa_flags = SA_ONSTACK};
    const stack_t stack = {.ss_sp = worker.stack, .ss_size = sizeof worker.stack};

    sigaltstack(&stack, NULL);
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    LLVMInstallFatalErrorHandler(take_fault_of_llvm);
}

static void lower_limit(int resource, rlim_t most)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit))
        return;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > most)
        limit.rlim_cur = most;
    setrlimit((__rlimit_resource_t)resource, &limit);
}

/* Where the program has less than `most`, and may have more. */
static void set_limit(int resource, rlim_t most)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit))
        return;
    limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
    setrlimit((__rlimit_resource_t)resource, &limit);
}

/* Also of clang, which inherits them. */
static void set_limits(unsigned seconds)
{
    struct rlimit stack;

#if !VGPU_ASAN && !VGPU_TSAN
    lower_limit(RLIMIT_AS, MEMORY_MOST);
#endif
    lower_limit(RLIMIT_CORE, 0);
    lower_limit(RLIMIT_CPU, (rlim_t)seconds + 5);
    set_limit(RLIMIT_FSIZE, VGPU_MESSAGE_MOST);
    set_limit(RLIMIT_NOFILE, FILES_MOST);
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < STACK_MOST)
        set_limit(RLIMIT_STACK, STACK_MOST);
}

static void guard(unsigned seconds)
{
    char log[160];

    snprintf(log, sizeof log,
             "error: compiling took longer than %u seconds and was given up; "
             "VGPU_COMPILE_SECONDS allows it more\n",
             seconds);
    prepare_words(TOO_LONG, log);
    prepare_words(TOO_LARGE,
                  "error: what the kernel compiler makes of this is larger than files "
                  "may be (ulimit -f, or 1 GiB)\n");
    prepare_words(CRASH, "error: the kernel compiler crashed\n");
    handle_signals();
    set_limits(seconds);
    alarm(seconds ? seconds : 1);
}

_Noreturn void vgpu_cc_work(int stream)
{
    struct vgpu_cc_request request;
    void *bytes, *answer = NULL;
    size_t size, answer_size = 0;
    bool ok = false;

    worker.stream = stream;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (vgpu_channel_receive(stream, VGPU_NO_DEADLINE, &bytes, &size) != 0)
        _exit(EXIT_FAILURE);
    if (vgpu_cc_request_read(bytes, size, &request)) {
        guard(request.seconds);
        ok = vgpu_cc_answer(&request, &answer, &answer_size);
    } else {
        ok =
            vgpu_cc_answer_failure("error: a request of another version of the library\n",
                                   &answer, &answer_size);
    }
    /* From here on the answer's bytes are not to be mixed with last words. */
    signal(SIGALRM, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    if (ok)
        vgpu_channel_send(stream, answer, answer_size, VGPU_NO_DEADLINE);
    _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}
