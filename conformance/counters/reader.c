/* SPDX-License-Identifier: MIT */
/* `vgpu top` reads what this process counts, while it runs. */
#include "counters_test.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What `vgpu top --pid` says of this process, with rates since it began, so that nothing
 * waits. */
static struct vgpu_test_process top(const char *form)
{
    char pid[32];
    const char *const argv[] = {VGPU_PROGRAM, "top",        form, "--pid",
                                pid,          "--interval", "0",  NULL};

    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    return vgpu_test_spawn(argv, NULL);
}

/* The first device of this process; the caller decrefs *root_out. */
static json_t *device_of_top(json_t **root_out)
{
    struct vgpu_test_process process = top("--json");
    json_t *device;

    EXPECT_EQ(0, process.status);
    *root_out = json_loads(process.out ? process.out : "", 0, NULL);
    device = json_array_get(
        json_object_get(json_array_get(json_object_get(*root_out, "processes"), 0),
                        "devices"),
        0);
    EXPECT_TRUE(device != NULL);
    vgpu_test_process_fini(&process);
    return device;
}

static cl_ulong counter_of(const json_t *device, const char *name)
{
    const json_t *value = json_object_get(json_object_get(device, "counters"), name);

    EXPECT_TRUE(json_is_integer(value));
    return (cl_ulong)json_integer_value(value);
}

VGPU_TEST(vgpu_top, shows_what_another_process_has_counted_exactly)
{
    char bytes[100] = {0};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, sizeof bytes, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");
    cl_device_counters_vgpu mine;
    json_t *root, *device;

    counters_launch(f, kernel, 1000, 10);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, sizeof bytes,
                                               bytes, 0, NULL, NULL));
    mine = counters_now(f->device);
    device = device_of_top(&root);
#define SAME(name, unit, help) EXPECT_EQ(mine.name, counter_of(device, #name));
#define TIME(name, unit, help) EXPECT_LE(mine.name, counter_of(device, #name));
    CL_VGPU_DEVICE_COUNTERS(SAME, SAME, SAME, TIME)
#undef SAME
#undef TIME
    json_decref(root);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(vgpu_top, prints_devices_units_and_kernels)
{
    cl_kernel kernel = vgpu_test_kernel(f, "counted_other");
    struct vgpu_test_process process;

    counters_launch(f, kernel, 3000, 10);
    process = top("--once");
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.out, "test_counters");
    EXPECT_CONTAINS(process.out, "Virtual GPU");
    EXPECT_CONTAINS(process.out, "units  0 [");
    EXPECT_CONTAINS(process.out, "counted_other");
    EXPECT_CONTAINS(process.out, "3.00 k");
    EXPECT_TRUE(!strchr(process.out, '\033')); /* no colours where nobody sees them */
    EXPECT_STREQ("", process.err);
    vgpu_test_process_fini(&process);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

struct load {
    const struct vgpu_fixture *f;
    atomic_bool stop;
};

static void *keep_busy(void *argument)
{
    struct load *load = argument;
    cl_kernel kernel = vgpu_test_kernel(load->f, "counted_nothing");

    while (!atomic_load(&load->stop))
        counters_launch(load->f, kernel, 512, 16);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    return NULL;
}

VGPU_TEST(vgpu_top, sees_counts_grow_while_the_process_works)
{
    struct load load = {.f = f};
    cl_ulong seen = counters_now(f->device).launches;
    pthread_t thread;

    ASSERT_EQ(0, pthread_create(&thread, NULL, keep_busy, &load));
    for (int i = 0; i < 5; i++) {
        const cl_ulong before = counters_now(f->device).launches;
        json_t *root, *device;

        while (counters_now(f->device).launches == before) { /* it runs */
        }
        device = device_of_top(&root);
        EXPECT_LT(seen, counter_of(device, "launches"));
        EXPECT_LT(before, counter_of(device, "launches"));
        seen = counter_of(device, "launches");
        EXPECT_LE(seen, counters_now(f->device).launches);
        json_decref(root);
    }
    atomic_store(&load.stop, true);
    pthread_join(thread, NULL);
}

VGPU_UNIT_TEST(vgpu_top, says_where_a_process_uses_no_gpu)
{
    const char *const argv[] = {VGPU_PROGRAM, "top", "--once", "--pid",
                                "1",          "-i",  "0",      NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.out, "Process 1 uses no virtual GPU");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_top, refuses_a_command_line_that_it_cannot_read)
{
    static const char *const words[][2] = {{"--interval", "soon"}, {"--interval", "-1"},
                                           {"--pid", "0"},         {"--pid", "1x"},
                                           {"--sort", "colour"},   {"now", NULL},
                                           {"--unknown", NULL},    {"-i", "nan"}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *const argv[] = {VGPU_PROGRAM, "top", words[i][0], words[i][1], NULL};
        struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

        EXPECT_EQ(64, process.status);
        EXPECT_CONTAINS(process.err, "vgpu top: ");
        EXPECT_STREQ("", process.out);
        vgpu_test_process_fini(&process);
    }
}
