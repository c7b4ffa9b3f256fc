/* SPDX-License-Identifier: MIT */
/* Compiling and linking OpenCL C separately; binaries of what was compiled.
 * [OpenCL 3.0, 5.8.2, 5.8.4 and 5.8.5] */
#include "opencl_c_test.h"

#define CALLS_HELPER     \
    "int helper(int);\n" \
    "__kernel void f(__global int *x) { x[0] = helper(20); }\n"
#define HELPER "int helper(int n) { return n + 1; }\n"

static cl_program object(const struct vgpu_fixture *f, const char *source)
{
    cl_program program = api_program(f, source);
    char log[8192];

    if (compile(f, program, "") != CL_SUCCESS)
        VGPU_FAIL("%s", build_log_of(program, f->device, log, sizeof log));
    return program;
}

static cl_program linked(const struct vgpu_fixture *f, const char *options, cl_uint count,
                         const cl_program *inputs, cl_int expected)
{
    cl_int err;
    cl_program program = clLinkProgram(f->context, 1, &f->device, options, count, inputs,
                                       NULL, NULL, &err);
    char log[8192];

    EXPECT_CL(expected, err);
    if (program && err != expected)
        VGPU_FAIL("%s", build_log_of(program, f->device, log, sizeof log));
    return program;
}

static void release_all(cl_uint count, const cl_program *programs)
{
    for (cl_uint i = 0; i < count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(programs[i]));
}

VGPU_TEST(clLinkProgram, joins_functions_of_compiled_sources)
{
    cl_program inputs[] = {object(f, CALLS_HELPER), object(f, HELPER)};
    cl_program program = linked(f, "-cl-fast-relaxed-math", 2, inputs, CL_SUCCESS);

    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT,
              binary_type_of(inputs[1], f->device));
    release_all(2, inputs);
    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(program, f->device));
    expect_first_line(program, f->device, "linked by vgpu-cc");
    EXPECT_EQ(21, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clLinkProgram, makes_libraries_of_compiled_sources)
{
    cl_program inputs[] = {object(f, CALLS_HELPER), object(f, HELPER)};
    cl_program library =
        linked(f, "-create-library -enable-link-options", 1, &inputs[1], CL_SUCCESS);
    cl_program both[] = {inputs[0], library}, program;

    ASSERT_TRUE(library != NULL);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_LIBRARY, binary_type_of(library, f->device));
    program = linked(f, "", 2, both, CL_SUCCESS);
    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(21, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(library));
    release_all(2, inputs);
}

VGPU_TEST(clLinkProgram, mixes_registered_and_compiled_kernels)
{
    cl_program inputs[] = {object(f, ADD_ONE), object(f, CALLS_HELPER HELPER)};
    cl_program program = linked(f, NULL, 2, inputs, CL_SUCCESS);
    size_t count = 0;

    ASSERT_TRUE(program != NULL);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof count,
                                           &count, NULL));
    EXPECT_EQ(2, count);
    expect_adds(f, program, 1);
    EXPECT_EQ(21, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    release_all(2, inputs);
}

VGPU_TEST(clLinkProgram, fails_with_a_log_where_a_function_is_missing_or_there_twice)
{
    cl_program inputs[] = {object(f, CALLS_HELPER), object(f, HELPER), object(f, HELPER)};
    cl_program program = linked(f, "", 1, inputs, CL_LINK_PROGRAM_FAILURE);
    char log[4096];

    ASSERT_TRUE(program != NULL);
    EXPECT_CONTAINS(build_log_of(program, f->device, log, sizeof log), "helper");
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    program = linked(f, "", 3, inputs, CL_LINK_PROGRAM_FAILURE);
    ASSERT_TRUE(program != NULL);
    EXPECT_CONTAINS(build_log_of(program, f->device, log, sizeof log), "helper");
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    release_all(3, inputs);
}

VGPU_TEST(clCompileProgram, includes_the_headers_it_is_given_in_compiled_sources)
{
    cl_program program =
        api_program(f, "#include <deep/value.h>\n"
                       "__kernel void f(__global int *x) { x[0] = VALUE; }\n");
    cl_program headers[] = {api_program(f, "#include \"other.h\"\n"
                                           "#define VALUE (OTHER * 2)\n"),
                            api_program(f, "#define OTHER 16\n")};
    const char *names[] = {"deep/value.h", "other.h"};
    cl_program executable;

    EXPECT_CL(CL_SUCCESS, clCompileProgram(program, 1, &f->device, "", 2, headers, names,
                                           NULL, NULL));
    executable = linked(f, "", 1, &program, CL_SUCCESS);
    ASSERT_TRUE(executable != NULL);
    EXPECT_EQ(32, run_one(f, executable));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(executable));
    EXPECT_CL(CL_COMPILE_PROGRAM_FAILURE, compile(f, program, ""));
    release_all(2, headers);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithBinary, loads_what_was_compiled)
{
    cl_program program = built(f, CALLS_HELPER HELPER, ""), loaded;
    struct binary binary;

    ASSERT_TRUE(program != NULL);
    binary = binary_of(program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    loaded = load_binary(f, &binary, CL_SUCCESS);
    ASSERT_TRUE(loaded != NULL);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(loaded, f->device));
    for (int i = 0; i < 2; i++) {
        EXPECT_CL(CL_SUCCESS, clBuildProgram(loaded, 0, NULL, "", NULL, NULL));
        EXPECT_EQ(21, run_one(f, loaded));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(loaded));
    expect_damage_refused(f, &binary, 97);
    free(binary.bytes);
}

VGPU_TEST(clCreateProgramWithBinary, of_compiled_objects_and_libraries_links)
{
    cl_program inputs[] = {object(f, CALLS_HELPER), object(f, HELPER)}, loaded[2];
    struct binary binary;
    cl_program program = linked(f, "-create-library", 1, &inputs[1], CL_SUCCESS);

    ASSERT_TRUE(program != NULL);
    binary = binary_of(program);
    loaded[1] = load_binary(f, &binary, CL_SUCCESS);
    free(binary.bytes);
    binary = binary_of(inputs[0]);
    loaded[0] = load_binary(f, &binary, CL_SUCCESS);
    free(binary.bytes);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    release_all(2, inputs);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_LIBRARY, binary_type_of(loaded[1], f->device));
    EXPECT_CL(CL_INVALID_BINARY, clBuildProgram(loaded[1], 0, NULL, "", NULL, NULL));
    program = linked(f, "", 2, loaded, CL_SUCCESS);
    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(21, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    release_all(2, loaded);
}
