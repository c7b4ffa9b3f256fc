/* SPDX-License-Identifier: MIT */
/* Building OpenCL C: which origin wins, options, diagnostics, and compilers that fail.
 * [OpenCL 3.0, 5.8.4 and 5.8.6] */
#include "opencl_c_test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MINUS_ONE \
    "__kernel void api_add_one(__global int *x) { x[get_global_id(0)] -= 1; }\n"
#define NEW_KERNEL \
    "__kernel void not_registered(__global int *x) { x[get_global_id(0)] = 7; }\n"

VGPU_TEST(clGetDeviceInfo, is_of_the_full_profile_with_a_compiler)
{
    char text[4096];
    cl_bool linker = CL_FALSE;

    EXPECT_TRUE(api_has_compiler(f));
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_LINKER_AVAILABLE,
                                          sizeof linker, &linker, NULL));
    EXPECT_EQ(CL_TRUE, linker);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_PROFILE, sizeof text, text, NULL));
    EXPECT_STREQ("FULL_PROFILE", text);
    EXPECT_CL(CL_SUCCESS, clGetPlatformInfo(f->platform, CL_PLATFORM_PROFILE, sizeof text,
                                            text, NULL));
    EXPECT_STREQ("FULL_PROFILE", text);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_EXTENSIONS, sizeof text, text, NULL));
    EXPECT_TRUE(strstr(text, "cles_khr_int64") == NULL);
}

VGPU_TEST(clGetDeviceInfo, tells_of_program_scope_variables_and_generic_pointers)
{
    cl_bool generic = CL_FALSE;
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT,
                              sizeof generic, &generic, NULL));
    EXPECT_EQ(CL_TRUE, generic);
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE,
                                          sizeof size, &size, NULL));
    EXPECT_LE(64u << 10, size);
}

VGPU_TEST(VGPU_COMPILER, auto_prefers_registered_kernels_where_all_are)
{
    cl_program program = built(f, MINUS_ONE, "");

    ASSERT_TRUE(program != NULL);
    expect_first_line(program, f->device, "built from registered kernels");
    expect_adds(f, program, 1);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    program = built(f, MINUS_ONE NEW_KERNEL, "");
    ASSERT_TRUE(program != NULL);
    expect_first_line(program, f->device, "compiled by vgpu-cc from OpenCL C");
    expect_adds(f, program, -1);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(VGPU_COMPILER, auto_notes_a_kernel_that_is_registered_with_another_signature)
{
    cl_program program =
        built(f, "__kernel void api_add_one(__global float *x) { x[0] = 1; }", "");
    char log[4096];

    ASSERT_TRUE(program != NULL);
    build_log_of(program, f->device, log, sizeof log);
    EXPECT_CONTAINS(log,
                    "note: kernel 'api_add_one' is registered with another signature");
    EXPECT_CONTAINS(log, "__global float *x");
    EXPECT_CONTAINS(log, "__global int *x");
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(VGPU_COMPILER, opencl_c_compiles_what_is_registered_too,
                   "VGPU_COMPILER=opencl-c")
{
    cl_program program = built(f, MINUS_ONE, "");

    ASSERT_TRUE(program != NULL);
    expect_first_line(program, f->device, "compiled by vgpu-cc from OpenCL C");
    expect_adds(f, program, -1);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(VGPU_COMPILER, registered_compiles_nothing, "VGPU_COMPILER=registered")
{
    static const char *const words[] = {"not built: VGPU_COMPILER=registered",
                                        "'not_registered' is not registered"};

    expect_refused(f, NEW_KERNEL, "", words, COUNT_OF(words));
}

VGPU_TEST_WITH_ENV(VGPU_COMPILER, that_says_nothing_known_is_auto,
                   "VGPU_COMPILER=nonsense")
{
    cl_program program;

    vgpu_test_stderr_start();
    program = built(f, MINUS_ONE, "");
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "VGPU_COMPILER='nonsense'");
    ASSERT_TRUE(program != NULL);
    expect_first_line(program, f->device, "built from registered kernels");
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* Adds STEP to x[0] when the gate opens; nobody else holds the kernel. */
static void add_behind(const struct vgpu_fixture *f, cl_program program, cl_mem x,
                       cl_event gate)
{
    const size_t one = 1;
    cl_int err;
    const cl_kernel kernel = clCreateKernel(program, "add", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof x, &x));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one, NULL, 1,
                                                 &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clBuildProgram, leaves_kernels_in_flight_as_they_were)
{
    static const char *const options[] = {"-DSTEP=10", "-DSTEP=100", "-DWRONG"};
    cl_program program =
        built(f, "__kernel void add(__global int *x) { x[0] += STEP; }", "-DSTEP=1");
    const cl_event gate = vgpu_test_user_event(f);
    cl_int zero = 0, sum = 0;
    cl_mem x;

    ASSERT_TRUE(program != NULL);
    x = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zero, &zero);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        add_behind(f, program, x, gate);
        EXPECT_CL(i < 2 ? CL_SUCCESS : CL_BUILD_PROGRAM_FAILURE,
                  clBuildProgram(program, 0, NULL, options[i], NULL, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, x, CL_TRUE, 0, sizeof sum, &sum,
                                              0, NULL, NULL));
    EXPECT_EQ(111, sum);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

/* What our own reader of declarations cannot read is the compiler's to judge. */
VGPU_TEST(clBuildProgram, compiles_what_the_reader_of_declarations_cannot_read)
{
    cl_program program = built(f,
                               "#define CAT(a, b) a##b\n"
                               "__kernel void CAT(f, )(__global int *x)\n"
                               "{ x[0] = __COUNTER__ + 5; }\n",
                               "");

    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(5, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, shows_what_clang_says_and_where)
{
    static const char *const words[] = {"not built: vgpu-cc finds errors in the source",
                                        ":3:12: error: use of undeclared identifier",
                                        "missing"};

    expect_refused(f, "__kernel void f(__global int *x)\n{\n    x[0] = missing;\n}\n", "",
                   words, COUNT_OF(words));
}

VGPU_TEST(clBuildProgram, shows_warnings_of_a_program_that_builds)
{
    cl_program program = built(
        f, "#warning look here\n__kernel void f(__global int *x) { x[0] = 3; }", "");
    char log[4096];

    ASSERT_TRUE(program != NULL);
    EXPECT_CONTAINS(build_log_of(program, f->device, log, sizeof log), "look here");
    EXPECT_EQ(3, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "-w", NULL, NULL));
    EXPECT_TRUE(strstr(build_log_of(program, f->device, log, sizeof log), "look here") ==
                NULL);
    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE,
              clBuildProgram(program, 0, NULL, "-Werror", NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, hands_every_option_to_the_compiler)
{
    static const struct {
        const char *options, *condition;
    } rows[] = {
        {"-D A=3", "A == 3"},
        {"-DA", "A == 1"},
        {"-D 'F(a, b)=a * b' -DG(x)=F(x,2)", "G(3) == 6"},
        {"", "__OPENCL_C_VERSION__ == 120"},
        {"-cl-std=CL1.1", "__OPENCL_C_VERSION__ == 110"},
        {"-cl-std=CL3.0", "__OPENCL_C_VERSION__ == 300 && __opencl_c_int64 && "
                          "__opencl_c_program_scope_global_variables"},
        {"-cl-fast-relaxed-math", "__FAST_RELAXED_MATH__"},
        {"", "cl_khr_fp64 && cl_khr_int64_base_atomics && !__EMBEDDED_PROFILE__"},
        {"", "!defined __IMAGE_SUPPORT__ && !defined cl_khr_fp16"},
        {"-cl-single-precision-constant -cl-denorms-are-zero -cl-opt-disable "
         "-cl-strict-aliasing -cl-uniform-work-group-size -cl-no-subgroup-ifp "
         "-cl-mad-enable -cl-no-signed-zeros -cl-unsafe-math-optimizations "
         "-cl-finite-math-only -cl-kernel-arg-info -g "
         "-cl-fp32-correctly-rounded-divide-sqrt",
         "1"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char source[1024];
        cl_program program;

        snprintf(source, sizeof source,
                 "#if %s\n__kernel void f(__global int *x) { x[0] = 1; }\n#else\n"
                 "#error no\n#endif\n",
                 rows[i].condition);
        program = built(f, source, rows[i].options);
        if (!program)
            VGPU_FAIL("with options \"%s\"", rows[i].options);
        else
            EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

/* Nothing in an option is more than it looks like: no shell, no option of clang's own. */
VGPU_TEST(clBuildProgram, says_which_versions_of_the_language_there_are)
{
    static const char *const words[] = {"-cl-std=CL2.0 is not offered",
                                        "CL1.0, CL1.1, CL1.2, CL3.0"};

    expect_refused(f, "__kernel void f(__global int *x) { x[0] = 1; }", "-cl-std=CL2.0",
                   words, COUNT_OF(words));
}

VGPU_TEST(clBuildProgram, warns_of_no_option_of_the_specification)
{
    static const char *const options[] = {"-cl-single-precision-constant",
                                          "-cl-denorms-are-zero",
                                          "-cl-opt-disable",
                                          "-cl-strict-aliasing",
                                          "-cl-uniform-work-group-size",
                                          "-cl-no-subgroup-ifp",
                                          "-cl-mad-enable",
                                          "-cl-no-signed-zeros",
                                          "-cl-unsafe-math-optimizations",
                                          "-cl-finite-math-only",
                                          "-cl-fast-relaxed-math",
                                          "-cl-kernel-arg-info",
                                          "-g",
                                          "-w",
                                          "-cl-fp32-correctly-rounded-divide-sqrt"};

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        char all[100];
        cl_program program;

        snprintf(all, sizeof all, "-Werror %s", options[i]);
        program = built(f, "__kernel void f(__global int *x) { x[0] = 1; }", all);
        if (!program)
            VGPU_FAIL("with options \"%s\"", all);
        else
            EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clBuildProgram, takes_hostile_options_as_data)
{
    static const char *const options[] = {"-D 'A=$(touch vgpu_hostile)'",
                                          "-D 'A=`touch vgpu_hostile`'",
                                          "-D 'A=1; touch vgpu_hostile'",
                                          "-D 'A=-o vgpu_hostile'",
                                          "-I '$(touch vgpu_hostile)'",
                                          "-I '; touch vgpu_hostile'",
                                          "-I -ovgpu_hostile",
                                          "-I -fplugin=./vgpu_hostile.so",
                                          "-I 'a b' -I \"it's\"",
                                          "-D A=\"\\\"quoted text\\\"\""};

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        cl_program program =
            built(f, "__kernel void f(__global int *x) { x[0] = 9; }", options[i]);

        if (!program) {
            VGPU_FAIL("with options %s", options[i]);
            continue;
        }
        EXPECT_EQ(9, run_one(f, program));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
    EXPECT_NE(0, access("vgpu_hostile", F_OK));
}

VGPU_TEST(clBuildProgram, includes_from_the_folders_of_its_options)
{
    char folder[] = "vgpu include XXXXXX", file[64], options[128];
    cl_program program;
    FILE *text;

    ASSERT_TRUE(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/value.h", folder);
    snprintf(options, sizeof options, "-I '%s'", folder);
    text = fopen(file, "w");
    ASSERT_TRUE(text != NULL);
    fputs("#define VALUE 21\n", text);
    fclose(text);
    program = built(f,
                    "#include <value.h>\n__kernel void f(__global int *x) "
                    "{ x[0] = VALUE; }\n",
                    options);
    if (program) {
        EXPECT_EQ(21, run_one(f, program));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
    remove(file);
    rmdir(folder);
}

VGPU_TEST_WITH_ENV(clBuildProgram, without_clang_says_what_to_install,
                   "VGPU_CLANG=/nonexistent/clang", "VGPU_CACHE_DIR=")
{
    static const char *const words[] = {"'not_registered' is not registered", "install"};
    cl_program program;

    expect_refused(f, NEW_KERNEL, "", words, COUNT_OF(words));
    program = built(f, MINUS_ONE, "");
    ASSERT_TRUE(program != NULL);
    expect_adds(f, program, 1);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(clBuildProgram, survives_a_source_that_crashes_the_compiler,
                   "VGPU_CACHE_DIR=")
{
    cl_program program = api_program(f, "#pragma clang __debug crash\n" NEW_KERNEL);
    char log[8192];

    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    EXPECT_LT(0, strlen(build_log_of(program, f->device, log, sizeof log)));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    program = built(f, "__kernel void f(__global int *x) { x[0] = 4; }", "");
    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(4, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clBuildProgram, refuses_recursion_and_missing_functions)
{
    static const char *const recursion[] = {"recurs"}, *const missing[] = {"nowhere"};

    expect_refused(f,
                   "int g(int n) { return n < 2 ? n : g(n - 1) * g(n - 2); }\n"
                   "__kernel void f(__global int *x) { x[0] = g(x[0]); }",
                   "", recursion, 1);
    expect_refused(f,
                   "int nowhere(int n);\n"
                   "__kernel void f(__global int *x) { x[0] = nowhere(x[0]); }",
                   "", missing, 1);
}

VGPU_TEST(clBuildProgram, refuses_local_variables_that_no_group_has_room_for)
{
    static const char *const words[] = {"kernel 'f' has", "local memory"};

    expect_refused(f,
                   "__kernel void f(__global int *x) { __local int big[1000000];\n"
                   "big[get_local_id(0)] = x[0]; barrier(CLK_LOCAL_MEM_FENCE);\n"
                   "x[0] = big[x[1]]; }",
                   "", words, COUNT_OF(words));
}

VGPU_TEST(clBuildProgram, has_no_headers_of_the_host)
{
    static const char *const words[] = {"'stdio.h' file not found"};

    expect_refused(f, "#include <stdio.h>\n__kernel void f(void) { }\n", "", words, 1);
}

VGPU_TEST(clBuildProgram, says_that_there_are_no_images)
{
    static const char *const words[] = {"read_imagef(image2d_ro, sampler, int2)",
                                        "CL_DEVICE_IMAGE_SUPPORT"};

    expect_refused(
        f,
        "__kernel void f(read_only image2d_t i, sampler_t s, __global float4 *x) {\n"
        "  *x = read_imagef(i, s, (int2)(0, 0)); }\n",
        "", words, 2);
}
