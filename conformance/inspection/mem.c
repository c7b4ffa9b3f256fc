/* SPDX-License-Identifier: MIT */
/* `vgpu mem` on the test's own process. */
#include "vgpu_test.h"

#include <CL/cl_ext.h>
#include <CL/cl_vgpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* vgpu mem PID words... */
static struct vgpu_test_process ask(const char *first, const char *second,
                                    const char *third)
{
    char process[32];
    const char *const argv[] = {VGPU, "mem", process, first, second, third, NULL};

    snprintf(process, sizeof process, "%ld", (long)getpid());
    return vgpu_test_spawn(argv, NULL);
}

static void expect_lines(struct vgpu_test_process process, int status, const char *text)
{
    const char *const said = status == 0 ? process.out : process.err;

    EXPECT_EQ(status, process.status);
    if (!said || !strstr(said, text))
        VGPU_FAIL("`vgpu mem` does not say '%s' but\n%s%s", text,
                  process.out ? process.out : "", process.err ? process.err : "");
    vgpu_test_process_fini(&process);
}

static void label(cl_mem mem, const char *text)
{
    clSetMemObjectLabelVGPU_t *set = NULL;
    void *const found = clGetExtensionFunctionAddress("clSetMemObjectLabelVGPU");

    memcpy(&set, &found, sizeof set);
    ASSERT_TRUE(set);
    ASSERT_CL(CL_SUCCESS, set(mem, text));
}

VGPU_TEST(vgpu_mem, lists_buffers_with_label_size_flags_and_device)
{
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, CL_MEM_READ_ONLY, 3 << 20, NULL, &err);
    const cl_buffer_region region = {4096, 512};

    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "weights");
    cl_mem part = clCreateSubBuffer(mem, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);
    ASSERT_CL(CL_SUCCESS, err);
    expect_lines(ask(NULL, NULL, NULL), 0,
                 " \"weights\": 3 MiB (3145728 bytes), read-only, on device 0\n");
    expect_lines(ask(NULL, NULL, NULL), 0, ": 512 B, read-only, on device 0\n");
    expect_lines(ask(NULL, NULL, NULL), 0, ", from byte 4096 on\n");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(part));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

VGPU_TEST(vgpu_mem, says_what_is_mapped_and_what_commands_hold)
{
    const cl_int zero = 0;
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 64, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "held");
    cl_event gate = clCreateUserEvent(f->context, &err);
    ASSERT_CL(CL_SUCCESS, err);
    void *const at = clEnqueueMapBuffer(f->queue, mem, CL_TRUE, CL_MAP_READ, 0, 64, 0,
                                        NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    expect_lines(ask(NULL, NULL, NULL), 0,
                 " \"held\": 64 B, read-write, on device 0, mapped 1 time\n");
    ASSERT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(f->queue, mem, at, 0, NULL, NULL));
    ASSERT_CL(CL_SUCCESS, clFinish(f->queue));
    ASSERT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, mem, &zero, sizeof zero, 0, 64, 1,
                                              &gate, NULL));
    ASSERT_CL(CL_SUCCESS, clReleaseMemObject(mem));
    expect_lines(ask(NULL, NULL, NULL), 0,
                 ", used by 1 command now, released but still in use\n");
    ASSERT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    ASSERT_CL(CL_SUCCESS, clFinish(f->queue));
    ASSERT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(vgpu_mem, shows_contents_by_number_or_label_and_type)
{
    const cl_float values[] = {1, -2.5f, 0.125f, 1e30f};
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, CL_MEM_COPY_HOST_PTR, sizeof values,
                                (void *)(uintptr_t)values, &err);

    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "typed");
    expect_lines(ask("typed", "--type=float", NULL), 0,
                 "\n         0:            1         -2.5        0.125        1e+30\n");
    expect_lines(ask("typed", "--type=float", "--columns=2"), 0,
                 "\n         2:        0.125        1e+30\n");
    expect_lines(ask("typed", "--type=float", "--offset=3"), 0,
                 "\n         3:        1e+30\n");
    expect_lines(ask("typed", "--type=uint", "--count=1"), 0,
                 "\n         0: 1065353216\n");
    expect_lines(ask("typed", "--type=half", "--count=2"), 0, "         0     1.875\n");
    expect_lines(ask("typed", "--type=double", "--count=9"), 0, "         0:");
    expect_lines(ask("typed", NULL, NULL), 0,
                 "\n         0: 00 00 80 3f 00 00 20 c0 00 00 00 3e ca f2 49 71  "
                 "...?.. ....>..Iq\n");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

VGPU_TEST(vgpu_mem, reads_more_than_one_answer_holds)
{
    const size_t count = 100000;
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, count * sizeof(cl_uint), NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "long");
    cl_uint *const at = clEnqueueMapBuffer(f->queue, mem, CL_TRUE, CL_MAP_WRITE, 0,
                                           count * sizeof *at, 0, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    for (size_t i = 0; i < count; i++)
        at[i] = (cl_uint)i * 3;
    expect_lines(ask("long", "-tuint", "-c100000"), 0,
                 "\n     99992:     299976     299979     299982     299985     299988"
                 "     299991     299994     299997\n");
    ASSERT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(f->queue, mem, at, 0, NULL, NULL));
    ASSERT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

/* Parts that are current on one device or the other, which begin within a number. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_mem, shows_what_is_in_the_memories_of_several_devices,
                        "VGPU_DEVICES=2*memory=separate,cu=1,mem=1M")
{
    cl_uint numbers[64];
    cl_platform_id platform;
    cl_device_id devices[2];
    cl_command_queue queues[2];
    cl_context context;
    cl_mem mem;
    cl_int err;

    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platform, NULL));
    ASSERT_CL(CL_SUCCESS, clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    mem = clCreateBuffer(context, 0, sizeof numbers, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "spread");
    expect_lines(ask(NULL, NULL, NULL), 0,
                 "\"spread\": 256 B, read-write, on device 0, device 1\n");
    for (cl_uint i = 0; i < 64; i++)
        numbers[i] = 1000 + i;
    for (int i = 0; i < 2; i++) {
        queues[i] = clCreateCommandQueueWithProperties(context, devices[i], NULL, &err);
        ASSERT_CL(CL_SUCCESS, err);
        ASSERT_CL(CL_SUCCESS, clEnqueueWriteBuffer(
                                  queues[i], mem, CL_TRUE, i == 0 ? 0 : 6,
                                  i == 0 ? sizeof numbers : 58,
                                  (char *)numbers + (i == 0 ? 0 : 6), 0, NULL, NULL));
    }
    expect_lines(ask(NULL, NULL, NULL), 0,
                 "\n    copies: device 0 (77 % current), device 1 (23 % current)\n");
    expect_lines(ask("spread", "-tuint", NULL), 0,
                 "\n         0:       1000       1001       1002       1003       1004"
                 "       1005       1006       1007\n");
    expect_lines(ask("spread", "-tuint", NULL), 0, "\n        16:       1016       1017");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queues[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(vgpu_mem, says_that_a_host_pointer_is_gone_and_harms_nobody)
{
    const size_t size = 1 << 16;
    cl_int err;
    void *const host =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ASSERT_TRUE(host != MAP_FAILED);
    cl_mem mem = clCreateBuffer(f->context, CL_MEM_USE_HOST_PTR, size, host, &err);
    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "gone");
    /* As if it were unmapped, but no other thread's memory can come to lie there. */
    ASSERT_EQ(0, mprotect(host, size, PROT_NONE));
    expect_lines(ask("gone", NULL, NULL), EXIT_FAILURE,
                 "is not there: it is a host pointer that the program has freed");
    expect_lines(ask(NULL, NULL, NULL), 0, " \"gone\": 64 KiB");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
    EXPECT_EQ(0, munmap(host, size));
}

VGPU_TEST(vgpu_mem, says_what_cannot_be_shown)
{
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 10, NULL, &err);
    cl_mem twin = clCreateBuffer(f->context, 0, 10, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    label(mem, "twin");
    label(twin, "twin");
    expect_lines(ask("twin", NULL, NULL), EXIT_FAILURE,
                 "there are several buffers with the label \"twin\"");
    label(mem, "single");
    expect_lines(ask("single", "--offset=10", NULL), EXIT_FAILURE,
                 "so there are none from 10 on");
    expect_lines(ask("single", "-tint", "--offset=2"), EXIT_FAILURE,
                 "so there are none from 2 on");
    expect_lines(ask("nobody", NULL, NULL), EXIT_FAILURE,
                 "the process has no buffer \"nobody\"");
    expect_lines(ask("single", "--type=blob", NULL), 64, "there is no type 'blob'");
    expect_lines(ask("single", "--count=0", NULL), 64, "--count must be a number from 1");
    expect_lines(ask("1", "2", NULL), 64, "an argument too many");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(twin));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

VGPU_TEST(vgpu_mem, lists_the_processes_that_can_be_asked)
{
    const char *const argv[] = {VGPU, "mem", NULL};
    char line[32];
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 10, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    snprintf(line, sizeof line, "%10ld  ", (long)getpid());
    expect_lines(vgpu_test_spawn(argv, NULL), 0, line);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

VGPU_UNIT_TEST(vgpu_mem, says_that_a_process_is_not_there_or_has_nothing)
{
    const char *const none[] = {VGPU, "mem", "2147483647", NULL};
    const char *const word[] = {VGPU, "mem", "me", NULL};

    expect_lines(vgpu_test_spawn(none, NULL), EXIT_FAILURE,
                 "there is no process 2147483647");
    expect_lines(vgpu_test_spawn(word, NULL), 64,
                 "the process must be a number from 1 to 2147483647, not 'me'");
}
