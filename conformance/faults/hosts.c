/* SPDX-License-Identifier: MIT */
/* The program's own signal handlers, set before ours or after: its faults are its own,
 * those of kernels are not. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "faults_test.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Sanitizers bring some of their own. */
#define NO_HANDLERS                                              \
    "ASAN_OPTIONS=handle_segv=0:handle_sigfpe=0:handle_abort=0", \
        "TSAN_OPTIONS=handle_segv=0:handle_sigfpe=0:handle_abort=0"

static sigjmp_buf back;
static volatile sig_atomic_t calls;
static void *volatile seen;
static int *volatile wild = (int *)64;

static void jump_back(int number, siginfo_t *info, void *machine)
{
    (void)number, (void)machine;
    calls++;
    seen = info->si_addr;
    siglongjmp(back, 1);
}

static void set(int number, void (*handler)(int, siginfo_t *, void *), int flags,
                struct sigaction *before_out)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

    sigemptyset(&action.sa_mask);
    EXPECT_EQ(0, sigaction(number, &action, before_out));
}

/* Kernels' faults are contained, and no handler of the program hears of them. */
static void expect_contained(const struct vgpu_fixture *f)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const int before = calls;
    cl_int status;

    EXPECT_CONTAINS(fault_message(f, kernel, data, FAULT_NULL, 5, 1024, 64, &status),
                    fault_words(FAULT_NULL));
    EXPECT_CL(CL_OUT_OF_RESOURCES, status);
    EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, 1024, 64));
    EXPECT_EQ(before, calls);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

static void expect_own_fault_handled(void)
{
    static int before;

    before = calls;
    if (sigsetjmp(back, 1) == 0) {
        fault_touch(wild);
        VGPU_FAIL("there was no fault");
    }
    EXPECT_EQ(before + 1, calls);
    EXPECT_TRUE(seen == (void *)wild);
}

/* The program's own faults come to its handler, as often as there are any. */
static void expect_own_faults_handled(void)
{
    for (int i = 0; i < 3; i++)
        expect_own_fault_handled();
}

/* Until a unit, or a queue that is made, has seen the program's new handler. */
static void wait_until_noticed(const struct vgpu_fixture *f, int number,
                               const struct sigaction *set_by_us)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const struct timespec a_while = {.tv_nsec = 1000000};
    struct sigaction now;

    do {
        EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, 1024, 64));
        nanosleep(&a_while, NULL); /* the units fall asleep */
        sigaction(number, NULL, &now);
    } while (now.sa_sigaction == set_by_us->sa_sigaction);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

static void set_before_all(void)
{
    set(SIGSEGV, jump_back, 0, NULL);
}

VGPU_UNIT_TEST_WITH_ENV(handlers, set_before_are_called_for_faults_of_the_program,
                        "VGPU_DEVICES=cu=1")
{
    set_before_all();
    vgpu_test_with_fixture(expect_contained);
    expect_own_faults_handled();
    vgpu_test_with_fixture(expect_contained);
}

VGPU_TEST_WITH_ENV(handlers, set_later_are_called_for_faults_of_the_program,
                   "VGPU_DEVICES=cu=1")
{
    struct sigaction mine;

    expect_contained(f);
    set(SIGSEGV, jump_back, 0, NULL);
    sigaction(SIGSEGV, NULL, &mine);
    wait_until_noticed(f, SIGSEGV, &mine);
    expect_contained(f);
    expect_own_faults_handled();
    expect_contained(f);
}

VGPU_TEST_WITH_ENV(handlers, are_noticed_when_a_queue_is_made, "VGPU_DEVICES=cu=1")
{
    cl_command_queue queue;

    expect_contained(f);
    set(SIGSEGV, jump_back, SA_NODEFER, NULL);
    queue = vgpu_test_queue(f, 0);
    expect_contained(f);
    expect_own_faults_handled();
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void jump_back_as_it_is(int number, siginfo_t *info, void *machine)
{
    (void)number, (void)info, (void)machine;
    calls++;
    siglongjmp(back, 0);
}

static __attribute__((noinline)) void fault_at_depth(int depth)
{
    volatile char frame[500];

    frame[0] = 1;
    if (depth == 0)
        fault_touch(wild);
    else
        fault_at_depth(depth - 1);
    frame[1] = frame[0];
}

VGPU_TEST_WITH_ENV(handlers, may_jump_out_and_leave_the_mask_as_it_is,
                   "VGPU_DEVICES=cu=1", NO_HANDLERS)
{
    static const int depths[] = {0, 0, 50, 3, 100, 0};
    cl_command_queue queue;

    NEEDS_SIGNALS;
    set(SIGSEGV, jump_back_as_it_is, SA_NODEFER, NULL);
    queue = vgpu_test_queue(f, 0);
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        if (sigsetjmp(back, 0) == 0)
            fault_at_depth(depths[i]);
    EXPECT_EQ((int)(sizeof depths / sizeof *depths), calls);
    expect_contained(f);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

/* A handler that, as Python's faulthandler does, says something, puts back what was there
 * before it, and raises the signal again. */
static struct sigaction before_dump;

static void dump(int number, siginfo_t *info, void *machine)
{
    static const char text[] = "the program's last words\n";

    (void)info, (void)machine;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(3);
    sigaction(number, &before_dump, NULL);
    raise(number);
}

static int fault_in_child(void (*fault)(void))
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        fault();
        _exit(0);
    }
    EXPECT_TRUE(child > 0);
    EXPECT_EQ(child, waitpid(child, &status, 0));
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void access_null(void)
{
    fault_touch(wild);
}

static void raise_abort(void)
{
    raise(SIGABRT);
}

static void raise_segment(void)
{
    raise(SIGSEGV);
}

VGPU_TEST_WITH_ENV(handlers, that_put_back_what_was_there_run_once, "VGPU_DEVICES=cu=1",
                   NO_HANDLERS)
{
    struct sigaction mine;
    const char *text;

    expect_contained(f);
    set(SIGSEGV, dump, SA_NODEFER, &before_dump);
    sigaction(SIGSEGV, NULL, &mine);
    wait_until_noticed(f, SIGSEGV, &mine);
    expect_contained(f);
    vgpu_test_stderr_start();
    EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
    text = vgpu_test_stderr_stop();
    EXPECT_STREQ("the program's last words\n", text);
    sigaction(SIGSEGV, &before_dump, NULL); /* the program takes its handler back */
    vgpu_test_stderr_start();
    EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
    EXPECT_STREQ("", vgpu_test_stderr_stop());
    expect_contained(f);
}

VGPU_TEST_WITH_ENV(handlers, may_be_set_and_taken_back_as_often_as_the_program_likes,
                   "VGPU_DEVICES=cu=1", NO_HANDLERS)
{
    struct sigaction mine;

    for (int i = 0; i < 20; i++) {
        set(SIGSEGV, dump, SA_NODEFER, &before_dump);
        sigaction(SIGSEGV, NULL, &mine);
        wait_until_noticed(f, SIGSEGV, &mine);
        expect_contained(f);
        vgpu_test_stderr_start();
        EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
        EXPECT_STREQ("the program's last words\n", vgpu_test_stderr_stop());
        sigaction(SIGSEGV, &before_dump, NULL);
        expect_contained(f);
    }
    EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
}

/* Handlers that each hand on to what they found, among them each other. */
static struct sigaction found_by[12];

#define HANDLER(n)                                                      \
    static void hand_on_##n(int number, siginfo_t *info, void *machine) \
    {                                                                   \
        if (write(STDERR_FILENO, "x", 1) < 0)                           \
            _exit(3);                                                   \
        if (found_by[n].sa_flags & SA_SIGINFO) {                        \
            found_by[n].sa_sigaction(number, info, machine);            \
        } else {                                                        \
            sigaction(number, &found_by[n], NULL);                      \
            raise(number);                                              \
        }                                                               \
    }
HANDLER(0)
HANDLER(1)
#undef HANDLER

VGPU_TEST_WITH_ENV(handlers, that_hand_on_to_each_other_come_to_an_end,
                   "VGPU_DEVICES=cu=1", NO_HANDLERS)
{
    struct sigaction mine;

    NEEDS_SIGNALS;
    for (int i = 0; i < 12; i++) {
        set(SIGSEGV, i % 2 ? hand_on_1 : hand_on_0, SA_NODEFER, &found_by[i % 2]);
        sigaction(SIGSEGV, NULL, &mine);
        wait_until_noticed(f, SIGSEGV, &mine);
        expect_contained(f);
        vgpu_test_stderr_start();
        EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
        EXPECT_LT(strlen(vgpu_test_stderr_stop()), 20);
    }
}

VGPU_TEST_WITH_ENV(handlers, are_not_needed_for_a_program_to_die_of_its_faults,
                   "VGPU_DEVICES=cu=1", NO_HANDLERS)
{
    expect_contained(f);
    EXPECT_EQ(-SIGSEGV, fault_in_child(access_null));
    EXPECT_EQ(-SIGSEGV, fault_in_child(raise_segment));
    EXPECT_EQ(-SIGABRT, fault_in_child(raise_abort));
}

VGPU_TEST_WITH_ENV(handlers, that_ignore_signals_ignore_them, "VGPU_DEVICES=cu=1")
{
    cl_command_queue queue;

    signal(SIGSEGV, SIG_IGN);
    queue = vgpu_test_queue(f, 0);
    expect_contained(f);
    EXPECT_EQ(0, fault_in_child(raise_segment));
    EXPECT_EQ(-SIGSEGV, fault_in_child(access_null)); /* as the system has it */
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void CL_CALLBACK fault_natively(void *unused)
{
    (void)unused;
    if (sigsetjmp(back, 1) == 0)
        fault_touch(wild);
}

VGPU_TEST_WITH_ENV(handlers, are_called_for_faults_of_native_kernels, "VGPU_DEVICES=cu=1")
{
    cl_command_queue queue;

    set(SIGSEGV, jump_back, 0, NULL);
    queue = vgpu_test_queue(f, 0);
    EXPECT_CL(CL_SUCCESS, clEnqueueNativeKernel(f->queue, fault_natively, NULL, 0, 0,
                                                NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_EQ(1, calls);
    expect_contained(f);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST_WITH_ENV(VGPU_FAULTS, crash_leaves_faults_to_the_program, "VGPU_FAULTS=crash",
                   "VGPU_DEVICES=cu=1", NO_HANDLERS)
{
    struct sigaction action;

    sigaction(SIGFPE, NULL, &action);
    EXPECT_TRUE(action.sa_handler == SIG_DFL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}

VGPU_TEST_WITH_ENV(VGPU_FAULTS, of_another_word_is_told_of, "VGPU_FAULTS=maybe",
                   "VGPU_DEVICES=cu=1;cu=1")
{
    cl_device_id devices[2];
    cl_command_queue queue;
    cl_context context;
    cl_int err;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    context = clCreateContext(NULL, 1, &devices[1], NULL, NULL, &err);
    queue = clCreateCommandQueueWithProperties(context, devices[1], NULL, &err);
    expect_contained(f);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}
