/* SPDX-License-Identifier: MIT */
/* Each kind of fault, in kernels of each way of writing them: the command's end, the
 * message, and the unit, which goes on. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "faults_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void expect_that_it_works(const struct vgpu_fixture *f, cl_kernel kernel,
                                 cl_mem data)
{
    size_t bytes = 0;
    cl_int *before, *after;

    EXPECT_CL(CL_SUCCESS,
              clGetMemObjectInfo(data, CL_MEM_SIZE, sizeof bytes, &bytes, NULL));
    before = malloc(bytes);
    after = malloc(bytes);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, data, CL_TRUE, 0, bytes, before,
                                              0, NULL, NULL));
    EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, bytes / 4, 64));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, data, CL_TRUE, 0, bytes, after, 0,
                                              NULL, NULL));
    for (size_t i = 0; i < bytes / 4; i++)
        before[i]++;
    EXPECT_BYTES(before, after, bytes);
    free(before);
    free(after);
}

/* ThreadSanitizer's abort has lines of its own. */
#if VGPU_TSAN
#define SANITIZER_ABORTS true
#else
#define SANITIZER_ABORTS false
#endif

static void test_kernel(const struct vgpu_fixture *f, const char *name, const char *item)
{
    struct fault_pages pages = fault_pages_make();
    const cl_kernel kernel = vgpu_test_kernel(f, name);
    const cl_mem data = fault_fence(f, &pages);

    for (size_t i = 0; i < 2 * fault_num_plain_kinds; i++) {
        const enum fault_kind kind = fault_plain_kinds[i / 2];
        char expected[160];
        cl_int status;
        const char *text = fault_message(f, kernel, data, kind, 200, 1024, 64, &status);

        EXPECT_CL(CL_OUT_OF_RESOURCES, status);
        snprintf(expected, sizeof expected, "kernel \"%s\" at ", name);
        EXPECT_CONTAINS(text, expected);
        if (kind != FAULT_OVERFLOW && (kind != FAULT_ABORT || !SANITIZER_ABORTS))
            snprintf(expected, sizeof expected, " at kernels.c:%d, ", fault_line);
        EXPECT_CONTAINS(text, expected);
        snprintf(expected, sizeof expected, ", work-group (3, 0, 0)%s", item);
        EXPECT_CONTAINS(text, expected);
        EXPECT_CONTAINS(text, fault_words(kind));
        if (kind == FAULT_WILD)
            EXPECT_CONTAINS(text, "\"fence\" (4096 bytes, CL_MEM_READ_WRITE | "
                                  "CL_MEM_USE_HOST_PTR)");
        expect_that_it_works(f, kernel, data);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    fault_pages_free(&pages);
}

VGPU_TEST_WITH_ENV(faults, of_a_plain_kernel_end_its_command, "VGPU_DEVICES=cu=1")
{
    test_kernel(f, "plain_fault", ":");
}

VGPU_TEST_WITH_ENV(faults, of_a_barrier_kernel_tell_the_work_item, "VGPU_DEVICES=cu=1")
{
    test_kernel(f, "barrier_fault", ", work-item (200, 0, 0), local id (8, 0, 0):");
}

VGPU_TEST_WITH_ENV(faults, of_a_group_kernel_end_its_command, "VGPU_DEVICES=cu=1")
{
    test_kernel(f, "group_fault", ":");
}

VGPU_TEST(faults, that_a_call_raised_are_told_as_such)
{
    static const char *const signals[] = {": signal 11 (", ": signal 8 ("};
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");

    for (size_t i = 0; i < 2; i++) {
        const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4 * (64 + i), NULL);
        cl_int status;
        const char *text =
            fault_message(f, kernel, data, FAULT_RAISED, 0, 64, 64, &status);

        EXPECT_CL(CL_OUT_OF_RESOURCES, status);
        EXPECT_CONTAINS(text, signals[i]);
        EXPECT_CONTAINS(text, fault_words(FAULT_RAISED));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(faults, of_several_units_at_once_are_reported_once)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    struct fault_pages pages = fault_pages_make();
    const cl_mem data = fault_fence(f, &pages);

    for (int i = 0; i < 20; i++) {
        cl_int status;
        const char *text =
            fault_message(f, kernel, data, FAULT_NULL, i % 16 * 4096, 65536, 1, &status);
        const char *const first = strstr(text, "kernel \"");

        EXPECT_CL(CL_OUT_OF_RESOURCES, status);
        EXPECT_TRUE(first != NULL && strstr(first + 1, "kernel \"") == NULL);
    }
    expect_that_it_works(f, kernel, data);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    fault_pages_free(&pages);
}

VGPU_TEST(faults, of_a_mapping_that_its_file_does_not_reach_are_bus_errors)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const int file = memfd_create("short", MFD_CLOEXEC);
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    char *memory;
    cl_int status;
    cl_mem data;

    ASSERT_EQ(0, ftruncate(file, (off_t)(2 * page)));
    memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ASSERT_TRUE(memory != MAP_FAILED);
    ASSERT_EQ(0, ftruncate(file, (off_t)page));
    data = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, 2 * page, memory);
    EXPECT_CONTAINS(fault_message(f, kernel, data, FAULT_BUS, (cl_int)(page / 4 + 4),
                                  page / 2, 64, &status),
                    fault_words(FAULT_BUS));
    EXPECT_CL(CL_OUT_OF_RESOURCES, status);
    EXPECT_CONTAINS(fault_message(f, kernel, data, FAULT_BUS, (cl_int)(page / 4 + 4),
                                  page / 2, 64, &status),
                    ", byte 4112 of buffer ");
    ASSERT_EQ(0, ftruncate(file, (off_t)(2 * page)));
    expect_that_it_works(f, kernel, data);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    munmap(memory, 2 * page);
    close(file);
}
