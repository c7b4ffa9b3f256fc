/* SPDX-License-Identifier: MIT */
/* Building programs: sources matched to registered kernels, options, logs.
 * [OpenCL 3.0, 5.8.4 and 5.8.6] */
#include "api_test.h"

#include <semaphore.h>
#include <string.h>

#define ADD_ONE \
    "__kernel void api_add_one(__global int *x) { x[get_global_id(0)] += 1; }\n"

static cl_int query(const void *program, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetProgramInfo((cl_program)(uintptr_t)program, param, size, value, ret);
}

static cl_int build(const struct vgpu_fixture *f, cl_program program, const char *options)
{
    return clBuildProgram(program, 1, &f->device, options, NULL, NULL);
}

static cl_device_id build_query_device;

static cl_int build_query(const void *program, cl_uint param, size_t size, void *value,
                          size_t *ret)
{
    return clGetProgramBuildInfo((cl_program)(uintptr_t)program, build_query_device,
                                 param, size, value, ret);
}

VGPU_TEST(clGetProgramBuildInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_PROGRAM_BUILD_STATUS, cl_build_status),
        QUERY_ANY_SIZE(CL_PROGRAM_BUILD_OPTIONS),
        QUERY_ANY_SIZE(CL_PROGRAM_BUILD_LOG),
        QUERY(CL_PROGRAM_BINARY_TYPE, cl_program_binary_type),
        QUERY(CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE, size_t),
    };
    cl_program program = api_program(f, ADD_ONE);
    char value[64];

    build_query_device = f->device;
    api_expect_queries(build_query, program, rows, COUNT_OF(rows));
    ASSERT_CL(CL_SUCCESS, build(f, program, "-w"));
    api_expect_queries(build_query, program, rows, COUNT_OF(rows));
    EXPECT_CL(CL_INVALID_DEVICE,
              clGetProgramBuildInfo(program, NULL, CL_PROGRAM_BUILD_LOG, sizeof value,
                                    value, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, shows_the_source_what_the_device_has)
{
    cl_program program =
        api_program(f, "#if cl_khr_fp64 && cl_khr_int64_base_atomics && "
                       "defined __EMBEDDED_PROFILE__ == EMBEDDED && "
                       "defined cles_khr_int64 == EMBEDDED\n" ADD_ONE "#endif\n");
    size_t count = 0;

    ASSERT_CL(CL_SUCCESS,
              build(f, program, api_has_compiler(f) ? "-DEMBEDDED=0" : "-DEMBEDDED=1"));
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof count,
                                           &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, goes_from_no_build_to_success)
{
    cl_program program = api_program(f, ADD_ONE);
    char text[64];
    size_t count = 0;
    cl_program_binary_type type = 99;

    EXPECT_EQ(CL_BUILD_NONE, api_build_status(f, program));
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE,
              query(program, CL_PROGRAM_NUM_KERNELS, sizeof count, &count, NULL));
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE,
              query(program, CL_PROGRAM_KERNEL_NAMES, sizeof text, text, NULL));
    build_query_device = f->device;
    EXPECT_CL(CL_SUCCESS,
              build_query(program, CL_PROGRAM_BINARY_TYPE, sizeof type, &type, NULL));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_NONE, type);
    EXPECT_CL(CL_SUCCESS, build(f, program, "-D SIZE=4 -cl-mad-enable"));
    EXPECT_EQ(CL_BUILD_SUCCESS, api_build_status(f, program));
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_NUM_KERNELS, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS,
              build_query(program, CL_PROGRAM_BUILD_OPTIONS, sizeof text, text, NULL));
    EXPECT_STREQ("-D SIZE=4 -cl-mad-enable", text);
    EXPECT_CL(CL_SUCCESS,
              build_query(program, CL_PROGRAM_BINARY_TYPE, sizeof type, &type, NULL));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, type);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, finds_every_kernel_of_a_source)
{
    cl_program program = api_program(
        f, "#define REAL int\n"
           "typedef struct { float x; } unused;\n"
           "float helper(float a) { return a; }\n"
           "/* __kernel void in_a_comment(void) {} */\n"
           "kernel void api_scale_add(global REAL *y, const global REAL *restrict x,\n"
           "                          const int factor)\n"
           "{ if (1) { y[0] = x[0]; } }\n"
           "__attribute__((reqd_work_group_size(4, 1, 1)))\n"
           "__kernel void api_nothing(void) { }\n" ADD_ONE);
    size_t count = 0;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_NUM_KERNELS, sizeof count, &count, NULL));
    EXPECT_EQ(3, count);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static void expect_failed_build(const struct vgpu_fixture *f, const char *source,
                                const char *const words[], size_t count)
{
    cl_program program = api_program(f, source);
    char log[4096] = "";
    cl_int err;

    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE, build(f, program, ""));
    EXPECT_EQ(CL_BUILD_ERROR, api_build_status(f, program));
    EXPECT_CL(CL_SUCCESS, clGetProgramBuildInfo(program, f->device, CL_PROGRAM_BUILD_LOG,
                                                sizeof log, log, NULL));
    for (size_t i = 0; i < count; i++)
        EXPECT_CONTAINS(log, words[i]);
    EXPECT_TRUE(clCreateKernel(program, "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(clBuildProgram, names_a_kernel_that_is_not_registered,
                   "VGPU_COMPILER=registered")
{
    static const char *const words[] = {"api_no_such_kernel", "__global float *"};

    expect_failed_build(f, "__kernel void api_no_such_kernel(__global float *p) { }",
                        words, COUNT_OF(words));
}

VGPU_TEST_WITH_ENV(clBuildProgram, shows_both_signatures_where_they_differ,
                   "VGPU_COMPILER=registered")
{
    static const char *const words[] = {"api_add_one", "__global float *x",
                                        "__global int *x"};

    expect_failed_build(f, "__kernel void api_add_one(__global float *x) { }", words,
                        COUNT_OF(words));
}

VGPU_TEST_WITH_ENV(clBuildProgram, refuses_another_number_of_parameters_or_address_space,
                   "VGPU_COMPILER=registered")
{
    static const char *const words[] = {"api_add_one"};

    expect_failed_build(f, "__kernel void api_add_one(__global int *x, int y) { }", words,
                        1);
    expect_failed_build(f, "__kernel void api_add_one(__local int *x) { }", words, 1);
    expect_failed_build(f, "__kernel void api_add_one(void) { }", words, 1);
}

VGPU_TEST(clBuildProgram, survives_sources_that_are_none)
{
    static const char *const sources[] = {
        "__kernel void",        "__kernel void api_add_one(",
        "__kernel void f(((((", "#if\n#if\n#if\n__kernel void g(",
        "/* never closed",      "\"never closed",
        "#define A A A\nA",     "\\\n\\\n",
    };

    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        cl_program program = api_program(f, sources[i]);
        const cl_int err = build(f, program, "");

        EXPECT_TRUE(err == CL_SUCCESS || err == CL_BUILD_PROGRAM_FAILURE);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clBuildProgram, can_be_repeated_after_a_failure_and_a_success)
{
    cl_program program = api_program(f, "#ifdef GOOD\n" ADD_ONE "#else\n"
                                        "#error no\n#endif\n");
    cl_int err;
    cl_kernel kernel;

    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE, build(f, program, ""));
    EXPECT_CL(CL_SUCCESS, build(f, program, "-DGOOD"));
    EXPECT_EQ(CL_BUILD_SUCCESS, api_build_status(f, program));
    kernel = clCreateKernel(program, "api_add_one", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_OPERATION, build(f, program, "-DGOOD"));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, build(f, program, "-D GOOD=1"));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, takes_the_options_of_the_spec)
{
    static const char *const options[] = {
        NULL,
        "",
        "   ",
        "-DNAME",
        "-D NAME",
        "-DNAME=3",
        "-D NAME=\"a b\"",
        "-I include",
        "-Iinclude",
        "-cl-single-precision-constant",
        "-cl-denorms-are-zero",
        "-cl-opt-disable",
        "-cl-mad-enable",
        "-cl-no-signed-zeros",
        "-cl-unsafe-math-optimizations",
        "-cl-finite-math-only",
        "-cl-fast-relaxed-math",
        "-cl-uniform-work-group-size",
        "-cl-no-subgroup-ifp",
        "-cl-kernel-arg-info",
        "-cl-std=CL1.1",
        "-cl-std=CL1.2",
        "-cl-std=CL3.0",
        "-w",
        "-Werror",
        "-g",
        "-cl-mad-enable -w -DA=1 -DB -I. -cl-std=CL1.2",
    };

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        cl_program program = api_program(f, ADD_ONE);
        const cl_int err = build(f, program, options[i]);

        if (err != CL_SUCCESS)
            VGPU_FAIL("options \"%s\": %s", options[i] ? options[i] : "NULL",
                      vgpu_test_cl_name(err));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clBuildProgram, refuses_options_that_it_does_not_know)
{
    static const char *const options[] = {
        "-no-such-option", "-cl-no-such-option", "word", "-cl-std=CL9.9", "-D",
        "-w -nonsense"};

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        cl_program program = api_program(f, ADD_ONE);
        const cl_int err = build(f, program, options[i]);

        if (err != CL_INVALID_BUILD_OPTIONS)
            VGPU_FAIL("options \"%s\": %s", options[i], vgpu_test_cl_name(err));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clBuildProgram, refuses_device_lists_that_do_not_fit)
{
    cl_program program = api_program(f, ADD_ONE);
    cl_device_id none = NULL;

    EXPECT_CL(CL_INVALID_VALUE, clBuildProgram(program, 0, &f->device, "", NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clBuildProgram(program, 1, NULL, "", NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clBuildProgram(program, 1, &f->device, "", NULL, &none));
    EXPECT_CL(CL_INVALID_DEVICE, clBuildProgram(program, 1, &none, "", NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

struct built {
    sem_t done;
    cl_program program;
};

static void CL_CALLBACK note_build(cl_program program, void *user_data)
{
    struct built *built = user_data;

    built->program = program;
    sem_post(&built->done);
}

VGPU_TEST(clBuildProgram, tells_its_callback_when_it_ends)
{
    static const char *const sources[] = {ADD_ONE, "#error no"};

    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        struct built built = {.program = NULL};
        cl_program program = api_program(f, sources[i]);

        sem_init(&built.done, 0, 0);
        EXPECT_CL(CL_SUCCESS,
                  clBuildProgram(program, 1, &f->device, "", note_build, &built));
        sem_wait(&built.done);
        EXPECT_EQ(program, built.program);
        EXPECT_EQ(i == 0 ? CL_BUILD_SUCCESS : CL_BUILD_ERROR,
                  api_build_status(f, program));
        sem_destroy(&built.done);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}
