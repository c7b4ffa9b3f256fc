/* SPDX-License-Identifier: MIT */
/* clCompileProgram. [OpenCL 3.0, 5.8.4] */
#include "program_test.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static cl_int compile_with(const struct vgpu_fixture *f, cl_program program,
                           cl_uint num_headers, const cl_program *headers,
                           const char **names)
{
    return clCompileProgram(program, 1, &f->device, "", num_headers, headers, names, NULL,
                            NULL);
}

VGPU_TEST_WITH_ENV(clCompileProgram,
                   is_there_for_registered_kernels_though_no_compiler_is,
                   "VGPU_COMPILER=registered")
{
    cl_bool available = CL_TRUE;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_COMPILER_AVAILABLE,
                                          sizeof available, &available, NULL));
    EXPECT_EQ(CL_FALSE, available);
}

VGPU_TEST(clCompileProgram, makes_an_object_and_no_executable)
{
    cl_program program = api_program(f, ADD_ONE);
    cl_kernel kernels[2];
    cl_uint num_kernels;
    char text[64];
    size_t count;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, compile(f, program, "-D SIZE=4 -w"));
    EXPECT_EQ(CL_BUILD_SUCCESS, build_status_of(program, f->device));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT, binary_type_of(program, f->device));
    EXPECT_CL(CL_SUCCESS,
              clGetProgramBuildInfo(program, f->device, CL_PROGRAM_BUILD_OPTIONS,
                                    sizeof text, text, NULL));
    EXPECT_STREQ("-D SIZE=4 -w", text);
    EXPECT_TRUE(clCreateKernel(program, "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE,
              clCreateKernelsInProgram(program, 2, kernels, &num_kernels));
    EXPECT_CL(
        CL_INVALID_PROGRAM_EXECUTABLE,
        clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof count, &count, NULL));
    EXPECT_CL(
        CL_INVALID_PROGRAM_EXECUTABLE,
        clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, sizeof text, text, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCompileProgram, and_builds_replace_each_other)
{
    cl_program program = api_program(f, ADD_ONE);
    cl_kernel kernel;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    kernel = clCreateKernel(program, "api_add_one", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_OPERATION, compile(f, program, ""));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, compile(f, program, ""));
    EXPECT_TRUE(clCreateKernel(program, "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    EXPECT_CL(CL_INVALID_COMPILER_OPTIONS, compile(f, program, "-no-such-option"));
    EXPECT_EQ(CL_BUILD_SUCCESS, build_status_of(program, f->device));
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(program, f->device));
    kernel = clCreateKernel(program, "api_add_one", &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static void expect_failure(const struct vgpu_fixture *f, const char *source,
                           const char *needle)
{
    cl_program program = api_program(f, source);
    char log[4096];

    EXPECT_CL(CL_COMPILE_PROGRAM_FAILURE, compile(f, program, ""));
    EXPECT_EQ(CL_BUILD_ERROR, build_status_of(program, f->device));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_NONE, binary_type_of(program, f->device));
    EXPECT_CONTAINS(build_log_of(program, f->device, log, sizeof log), needle);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(clCompileProgram, fails_with_a_log_as_a_build_does,
                   "VGPU_COMPILER=registered")
{
    expect_failure(f, "__kernel void api_no_such_kernel(int a) { }",
                   "'api_no_such_kernel' is not registered");
    expect_failure(f, "__kernel void api_add_one(__global float *x) { }",
                   "another signature");
    expect_failure(f, "__kernel void api_add_one(", "error: ");
    expect_failure(f, "#error no", "#error no");
}

VGPU_TEST(clCompileProgram, refuses_options_that_are_none_of_a_compiler)
{
    static const char *const options[] = {"-no-such-option", "-create-library",
                                          "-cl-std=CL9", "word", "-D"};
    cl_program program = api_program(f, ADD_ONE);

    for (size_t i = 0; i < COUNT_OF(options); i++)
        EXPECT_CL(CL_INVALID_COMPILER_OPTIONS, compile(f, program, options[i]));
    EXPECT_EQ(CL_BUILD_NONE, build_status_of(program, f->device));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCompileProgram, refuses_lists_that_do_not_fit)
{
    cl_program program = api_program(f, ADD_ONE), header = api_program(f, "");
    cl_program built_in = vgpu_test_program(f, "api_nothing"), none = NULL;
    const char *name = "a.h", *no_name = NULL;
    cl_device_id no_device = NULL;

    EXPECT_CL(CL_INVALID_PROGRAM, compile(f, NULL, ""));
    EXPECT_CL(CL_INVALID_VALUE,
              clCompileProgram(program, 0, &f->device, "", 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clCompileProgram(program, 1, NULL, "", 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clCompileProgram(program, 1, &f->device, "", 0, NULL,
                                                 NULL, NULL, &no_device));
    EXPECT_CL(CL_INVALID_DEVICE,
              clCompileProgram(program, 1, &no_device, "", 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, compile_with(f, program, 0, &header, NULL));
    EXPECT_CL(CL_INVALID_VALUE, compile_with(f, program, 0, NULL, &name));
    EXPECT_CL(CL_INVALID_VALUE, compile_with(f, program, 1, NULL, &name));
    EXPECT_CL(CL_INVALID_VALUE, compile_with(f, program, 1, &header, NULL));
    EXPECT_CL(CL_INVALID_VALUE, compile_with(f, program, 1, &header, &no_name));
    EXPECT_CL(CL_INVALID_PROGRAM, compile_with(f, program, 1, &none, &name));
    EXPECT_CL(CL_INVALID_OPERATION, compile_with(f, program, 1, &built_in, &name));
    EXPECT_CL(CL_INVALID_OPERATION, compile(f, built_in, ""));
    EXPECT_CL(CL_SUCCESS, compile_with(f, program, 1, &header, &name));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(built_in));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(header));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCompileProgram, includes_the_headers_it_is_given)
{
    static const char source[] = "#include <types/real.h>\n#include \"kernels.h\"\n"
                                 "__kernel void api_scale_add(__global REAL *y,\n"
                                 "    __global const REAL *x, REAL a) {}\n";
    cl_program program = api_program(f, source);
    cl_program headers[] = {api_program(f, "#pragma once\n#define REAL int\n"),
                            api_program(f, "#include \"types/real.h\"\n" ADD_ONE)};
    const char *names[] = {"types/real.h", "kernels.h"};
    char log[4096];

    EXPECT_CL(CL_SUCCESS, compile_with(f, program, 2, headers, names));
    build_log_of(program, f->device, log, sizeof log);
    EXPECT_CONTAINS(log, "api_scale_add");
    EXPECT_CONTAINS(log, "api_add_one");
    EXPECT_TRUE(strstr(log, "was not found") == NULL);
    EXPECT_CL(CL_SUCCESS, compile_with(f, program, 1, headers, names));
    EXPECT_CONTAINS(
        build_log_of(program, f->device, log, sizeof log),
        "note: #include \"kernels.h\" was not found and is skipped; looked in "
        "the input headers, the current folder\n");
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(headers[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* A FIFO in the folder that -I names must hold nobody up. */
VGPU_TEST(clBuildProgram, includes_files_of_the_folders_of_its_options)
{
    const char *const parent = getenv("TMPDIR");
    cl_program program =
        api_program(f, "#include <fifo.h>\n#include <one.h>\n#include <none.h>\n");
    char folder[256], file[300], fifo[300], options[300], log[4096];
    FILE *text;

    snprintf(folder, sizeof folder, "%s/vgpu-api-XXXXXX", parent ? parent : "/tmp");
    ASSERT_TRUE(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/one.h", folder);
    snprintf(fifo, sizeof fifo, "%s/fifo.h", folder);
    snprintf(options, sizeof options, "-I '%s'", folder);
    text = fopen(file, "w");
    ASSERT_TRUE(text != NULL);
    fputs(ADD_ONE, text);
    fclose(text);
    ASSERT_EQ(0, mkfifo(fifo, 0600));
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, options, NULL, NULL));
    build_log_of(program, f->device, log, sizeof log);
    EXPECT_CONTAINS(log, "kernel 'api_add_one'");
    EXPECT_CONTAINS(log,
                    "note: #include <none.h> was not found and is skipped; looked in");
    EXPECT_CONTAINS(log, folder);
    remove(file);
    remove(fifo);
    rmdir(folder);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static void CL_CALLBACK note_compile(cl_program program, void *user_data)
{
    (void)program;
    sem_post(user_data);
}

VGPU_TEST(clCompileProgram, tells_its_callback_when_it_ends)
{
    static const char *const sources[] = {ADD_ONE, "#error no"};

    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        cl_program program = api_program(f, sources[i]);
        sem_t done;

        sem_init(&done, 0, 0);
        EXPECT_CL(CL_SUCCESS, clCompileProgram(program, 1, &f->device, "", 0, NULL, NULL,
                                               note_compile, &done));
        sem_wait(&done);
        EXPECT_EQ(i == 0 ? CL_BUILD_SUCCESS : CL_BUILD_ERROR,
                  build_status_of(program, f->device));
        sem_destroy(&done);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}
