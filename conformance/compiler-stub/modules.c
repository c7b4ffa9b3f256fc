/* SPDX-License-Identifier: MIT */
/* VGPU_KERNELS: libraries of kernels loaded into a program that knows nothing of them. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "vgpu_test.h"

#define KERNELS(list) "VGPU_KERNELS=" list

static cl_device_id first_device(void)
{
    cl_platform_id platform = NULL;
    cl_device_id device = NULL;

    EXPECT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platform, NULL));
    EXPECT_CL(CL_SUCCESS, clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL));
    return device;
}

static char *names_of(cl_device_id device)
{
    size_t size = 0;
    char *names;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(device, CL_DEVICE_BUILT_IN_KERNELS, 0, NULL, &size));
    names = calloc(1, size + 1);
    if (names)
        EXPECT_CL(CL_SUCCESS,
                  clGetDeviceInfo(device, CL_DEVICE_BUILT_IN_KERNELS, size, names, NULL));
    return names;
}

/* The built-in kernels, and in *messages_out what was said while they were looked for. */
static char *names_and_messages(const char **messages_out)
{
    char *names;

    vgpu_test_stderr_start();
    names = names_of(first_device());
    *messages_out = vgpu_test_stderr_stop();
    return names;
}

static void run(const struct vgpu_fixture *f, const char *name, float given,
                float expected)
{
    const size_t one = 1;
    float value = given;
    cl_kernel kernel = vgpu_test_kernel(f, name);
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof value, &value);

    ASSERT_TRUE(kernel && buffer);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one, NULL, 0,
                                                 NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_NEAR(expected, value, 0);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(VGPU_KERNELS, kernels_of_a_linked_library_run,
                   KERNELS(":" MODULE_LINKED "::"))
{
    run(f, "module_linked_double", 3, 6);
    run(f, "module_linked_half", 3, 1.5f);
}

VGPU_TEST_WITH_ENV(VGPU_KERNELS, a_library_not_linked_with_libvgpu_finds_it,
                   KERNELS(MODULE_UNLINKED))
{
    run(f, "module_unlinked_negate", 3, -3);
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS, what_loads_is_silent_and_twice_is_once,
                        KERNELS(MODULE_LINKED ":" MODULE_UNLINKED ":" MODULE_LINKED))
{
    const char *messages;
    char *names = names_and_messages(&messages);

    EXPECT_STREQ("module_linked_double;module_linked_half;module_unlinked_negate", names);
    EXPECT_STREQ("", messages);
    free(names);
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS, what_does_not_load_is_reported_and_the_rest_loads,
                        KERNELS("./missing.so:" MODULE_BROKEN
                                ":no_slash.so:" MODULE_LINKED))
{
    const char *messages;
    char *names = names_and_messages(&messages);

    EXPECT_STREQ("module_linked_double;module_linked_half", names);
    EXPECT_CONTAINS(messages, "VGPU_KERNELS: './missing.so' does not load: ");
    EXPECT_CONTAINS(messages, "No such file");
    EXPECT_CONTAINS(messages, "not_a_library.txt' does not load: ");
    EXPECT_CONTAINS(messages, "write ./ before a file of the working directory");
    free(names);
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS, a_library_without_kernels_is_reported,
                        KERNELS(MODULE_WITHOUT_KERNELS))
{
    const char *messages;
    char *names = names_and_messages(&messages);

    EXPECT_STREQ("", names);
    EXPECT_CONTAINS(messages, "is loaded, but registers no kernel");
    free(names);
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS, a_constructor_that_calls_opencl_does_not_deadlock,
                        KERNELS(MODULE_ASKING ":" MODULE_LINKED))
{
    const char *messages;
    char *names = names_and_messages(&messages);

    EXPECT_STREQ("module_asking_zero;module_linked_double;module_linked_half", names);
    EXPECT_STREQ("", messages);
    free(names);
}

static void *ask_from_thread(void *barrier)
{
    char *names;

    pthread_barrier_wait(barrier);
    names = names_of(first_device());
    EXPECT_STREQ("module_linked_double;module_linked_half;module_unlinked_negate", names);
    free(names);
    return NULL;
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS, every_thread_sees_all_kernels_from_its_first_call,
                        KERNELS(MODULE_LINKED ":" MODULE_UNLINKED))
{
    enum { THREADS = 8 };
    pthread_barrier_t barrier;
    pthread_t threads[THREADS];

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, ask_from_thread, &barrier));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
}
