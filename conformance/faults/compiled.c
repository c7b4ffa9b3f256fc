/* SPDX-License-Identifier: MIT */
/* Faults of kernels in OpenCL C: in each way that vgpu-cc makes code run, also where
 * observers watch it, and in kernels that a program is built with. */
#include "vgpu_test.h"

#include "faults_test.h"

#include <stdio.h>
#include <stdlib.h>

static char *read_source(void)
{
    FILE *const file = fopen(COMPILED_SOURCE, "re");
    char *const text = calloc(1, 8192);

    EXPECT_TRUE(file != NULL);
    if (file) {
        EXPECT_GT(fread(text, 1, 8191, file), 0);
        fclose(file);
    }
    return text;
}

static cl_kernel make_kernel_of(const struct vgpu_fixture *f, const char *source,
                                const char *options, const char *name)
{
    cl_int err;
    const cl_program program =
        clCreateProgramWithSource(f->context, 1, &source, NULL, &err);
    cl_kernel kernel;

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, options, NULL, NULL));
    kernel = clCreateKernel(program, name, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return kernel;
}

/* NULL options: the program's own code, made when the test was built. */
static cl_kernel make_kernel(const struct vgpu_fixture *f, const char *options,
                             const char *name)
{
    char *source;
    cl_kernel kernel;

    if (!options)
        return vgpu_test_kernel(f, name);
    source = read_source();
    kernel = make_kernel_of(f, source, options, name);
    free(source);
    return kernel;
}

/* The item that errs is 200; groups are of 64, and a unit takes eight of them at once. */
static void expect_fault(const struct vgpu_fixture *f, cl_kernel kernel, cl_mem data,
                         enum fault_kind kind, const char *expected)
{
    cl_int status;
    const char *const text = fault_message(f, kernel, data, kind, 200, 1024, 64, &status);

    EXPECT_CL(CL_OUT_OF_RESOURCES, status);
    EXPECT_CONTAINS(text, expected);
    EXPECT_CONTAINS(text, fault_words(kind));
    EXPECT_CL(CL_COMPLETE, fault_run(f, kernel, data, FAULT_NONE, -1, 1024, 64));
}

static void test_kernels(const struct vgpu_fixture *f, const char *options,
                         const char *of_plain, const char *of_barrier, bool has_loops)
{
    struct fault_pages pages = fault_pages_make();
    const cl_mem data = fault_fence(f, &pages);
    static const char *const names[] = {"compiled_fault", "compiled_barrier_fault"};

    for (int i = 0; i < 4; i++) {
        const cl_kernel kernel = make_kernel(f, options, names[i / 2]);
        const char *const expected = i / 2 ? of_barrier : of_plain;

        expect_fault(f, kernel, data, FAULT_WILD, expected);
        expect_fault(f, kernel, data, FAULT_NULL, expected);
        if (has_loops)
            expect_fault(f, kernel, data, FAULT_LOOP, expected);
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    fault_pages_free(&pages);
}

/* Without loops to stop, a watchdog can but harm: ThreadSanitizer takes its time over the
 * first fibers. */
#if VGPU_TSAN
#define HAS_LOOPS false
#define WATCHDOG  "VGPU_WATCHDOG=0"
#else
#define HAS_LOOPS true
#define WATCHDOG  "VGPU_WATCHDOG=0.05"
#endif

VGPU_TEST_WITH_ENV(compiled_code, in_rows_tells_the_groups, "VGPU_DEVICES=cu=1",
                   "VGPU_COMPILER=opencl-c", "VGPU_KERNEL_MODE=lockstep", WATCHDOG)
{
    static const char groups[] = ", one of work-groups (0, 0, 0) to (7, 0, 0)";

    test_kernels(f, "", groups, groups, HAS_LOOPS);
}

VGPU_TEST_WITH_ENV(compiled_code, in_a_loop_tells_the_groups, "VGPU_DEVICES=cu=1",
                   "VGPU_COMPILER=opencl-c", "VGPU_KERNEL_MODE=plain", WATCHDOG)
{
    test_kernels(f, "", "work-group", "work-group", HAS_LOOPS);
}

VGPU_TEST_WITH_ENV(compiled_code, on_fibers_tells_the_work_item, "VGPU_DEVICES=cu=1",
                   "VGPU_COMPILER=opencl-c", "VGPU_KERNEL_MODE=fiber", WATCHDOG)
{
    static const char item[] =
        ", work-group (3, 0, 0), work-item (200, 0, 0), local id (8, 0, 0)";

    test_kernels(f, "", item, item, HAS_LOOPS);
}

VGPU_TEST_WITH_ENV(compiled_code, that_is_debugged_tells_its_line, "VGPU_DEVICES=cu=1",
                   "VGPU_COMPILER=opencl-c", WATCHDOG)
{
    static const char file[] = " at compiled_fault-"; /* and a number */

    test_kernels(f, "-g", file, file, HAS_LOOPS);
}

VGPU_TEST_WITH_ENV(compiled_code, that_is_debugged_tells_its_line_for_what_it_called,
                   "VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c")
{
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const cl_kernel kernel = make_kernel(f, "-g", "compiled_fault");

    expect_fault(f, kernel, data, FAULT_PRINT, " at compiled_fault-");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

/* The lines around a loop are its own; what else errs may be of any of several. */
VGPU_TEST_WITH_ENV(compiled_code, that_is_of_no_line_tells_the_one_before_of_loops,
                   "VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c", WATCHDOG)
{
    static const char source[] =
        "__kernel void no_line(__global int *data, int kind, int size, int item)\n"
        "{\n"
        "    if (kind == 0) data[get_global_id(0)] += size + item;\n"
        "    if (kind == 9)\n"
        "#line 0\n"
        "        while (*(volatile __global int *)data != size + item + 12345);\n"
        "#line 6\n"
        "    if (kind == 1)\n"
        "#line 0\n"
        "        *(volatile __global int *)(data + size + 2) = 1;\n"
        "}\n";
    struct fault_pages pages = fault_pages_make();
    const cl_mem data = fault_fence(f, &pages);
    const cl_kernel kernel = make_kernel_of(f, source, "-g", "no_line");

    if (HAS_LOOPS)
        expect_fault(f, kernel, data, FAULT_LOOP, "\"no_line\" at no_line-");
    expect_fault(f, kernel, data, FAULT_WILD, "\"no_line\", ");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    fault_pages_free(&pages);
}

/* Of one piece of code the loader has one file; the second program has a copy of it. */
static void test_second(const struct vgpu_fixture *f, const char *options,
                        const char *expected)
{
    struct fault_pages pages = fault_pages_make();
    const cl_mem data = fault_fence(f, &pages);
    const cl_kernel first = make_kernel(f, options, "compiled_fault");
    const cl_kernel second = make_kernel(f, options, "compiled_fault");

    expect_fault(f, first, data, FAULT_WILD, expected);
    expect_fault(f, second, data, FAULT_WILD, expected);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(first));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(second));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    fault_pages_free(&pages);
}

VGPU_TEST_WITH_ENV(compiled_code, of_a_second_program_tells_its_line_too,
                   "VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c")
{
    test_second(f, "-g", " at compiled_fault-");
    test_second(f, "", "Compile the kernel with -g");
}

VGPU_TEST_WITH_ENV(compiled_code, that_metrics_watch_tells_the_work_items,
                   "VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c",
                   "VGPU_PROFILE=/dev/null", WATCHDOG)
{
    static const char items[] =
        ", work-group (3, 0, 0), one of work-items 0 to 31 of the group";

    test_kernels(f, "", items, items, HAS_LOOPS);
}

/* Nothing is left but loops: what checks find does not take place. */
VGPU_TEST_WITH_ENV(compiled_code, that_checks_watch_is_stopped, "VGPU_DEVICES=cu=1",
                   "VGPU_COMPILER=opencl-c", "VGPU_CHECK=all", "VGPU_WATCHDOG=0.2")
{
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const cl_kernel kernel = make_kernel(f, "", "compiled_barrier_fault");

    NEEDS_SIGNALS;
    for (int i = 0; i < 2; i++)
        expect_fault(f, kernel, data, FAULT_LOOP, "work-items 0 to 31 of the group");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

VGPU_TEST_WITH_ENV(compiled_code, of_the_program_is_contained_too, "VGPU_DEVICES=cu=1",
                   WATCHDOG)
{
    test_kernels(f, NULL, "work-group", "work-group", HAS_LOOPS);
}
