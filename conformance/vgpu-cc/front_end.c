/* SPDX-License-Identifier: MIT */
/* The front end: diagnostics, options, extensions, headers, and what goes wrong. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiling.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(front_end, says_where_a_source_is_wrong)
{
    expect_refused("kernel void f(global int *a)\n{\n    a[0] = b;\n}\n", "",
                   "program.cl:3:12: error: use of undeclared identifier 'b'");
    expect_refused("\n#error too old\n", "", "program.cl:2:2: error: too old");
    expect_refused("#include \"nowhere.h\"\n", "",
                   "program.cl:1:10: fatal error: 'nowhere.h' file not found");
    expect_refused("kernel void f() { return 3; } }", "", "program.cl:1:");
}

VGPU_UNIT_TEST(front_end, names_the_source_as_it_is_told)
{
    static const char text[] = "int x = ;";
    struct compiled compiled =
        compile_with((struct vgpu_cc_source){.name = "a \"b\\c\".cl",
                                             .text = text,
                                             .length = strlen(text),
                                             .debug_folder = ""},
                     "", true);

    EXPECT_EQ(VGPU_STATUS_REFUSED, compiled.status);
    EXPECT_CONTAINS(compiled.log, "a \"b\\c\".cl:1:");
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(front_end, obeys_options)
{
    static const char source[] =
        "#if VALUE != 7 || !defined(FLAG) || __OPENCL_C_VERSION__ != 110\n"
        "#error no\n"
        "#endif\n"
        "kernel void f(global int *a) { int unused = *a = VALUE; }\n";
    struct compiled compiled =
        compile_source(source, "-DVALUE=7 -DFLAG -cl-std=CL1.1 -w -Werror", true);

    expect_done(&compiled);
    compiled_fini(&compiled);
    expect_refused(source, "-DVALUE=7", "#error no");
    expect_refused("kernel void f() { 3; }", "-Werror", "[-Werror,-Wunused-value]");
    expect_refused("kernel void f() { }", "-fplugin=evil.so", "'-fplugin=evil.so'");
    expect_refused("kernel void f() { }", "-D", "unknown option '-D'");
}

VGPU_UNIT_TEST(front_end, tells_a_source_the_version_of_the_device)
{
    static const char *const options[] = {"", "-cl-std=CL1.1", "-cl-std=CL3.0"};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct compiled compiled = compile_source("#if __OPENCL_VERSION__ != 300\n"
                                                  "#error wrong\n"
                                                  "#endif\n"
                                                  "kernel void f() {}",
                                                  options[i], true);

        expect_done(&compiled);
        compiled_fini(&compiled);
    }
}

VGPU_UNIT_TEST(front_end, takes_options_for_what_they_look_like)
{
    static const char source[] = "kernel void f() { }";
    struct compiled compiled =
        compile_source(source, "-DX=`touch${IFS}hit` -I;ls -I$(ls) -DA=\"'|>b", true);

    expect_done(&compiled);
    EXPECT_NE(0, access("hit", F_OK));
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(front_end, defines_the_extensions_there_are_and_no_others)
{
    static const char *const extensions[] = {"cl_khr_fp64", "cl_vgpu_something",
                                             "__opencl_c_fp64", "__opencl_c_int64",
                                             "__opencl_c_program_scope_global_variables"};
    static const char old[] =
        "#if !defined(cl_khr_fp64) || !defined(cl_vgpu_something) || "
        "defined(cl_khr_fp16) || defined(__opencl_c_fp64) || "
        "defined(__opencl_c_program_scope_global_variables) || "
        "defined(cl_khr_subgroups) || defined(__opencl_c_images)\n"
        "#error wrong\n"
        "#endif\n"
        "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
        "kernel void f(global double *a) { *a = 1; }";
    static const char new[] =
        "#if !defined(cl_khr_fp64) || !defined(cl_vgpu_something) || "
        "defined(cl_khr_fp16) || !defined(__opencl_c_fp64) || "
        "!defined(__opencl_c_program_scope_global_variables) || "
        "defined(__opencl_c_generic_address_space) || defined(__opencl_c_images) || "
        "defined(__opencl_c_subgroups) || defined(__opencl_c_atomic_order_seq_cst)\n"
        "#error wrong\n"
        "#endif\n"
        "kernel void f(global double *a) { *a = 1; }";
    const struct {
        const char *text, *options;
    } cases[] = {{old, "-cl-std=CL1.0"},
                 {old, "-cl-std=CL1.1"},
                 {old, "-cl-std=CL1.2"},
                 {old, ""},
                 {new, "-cl-std=CL3.0"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct compiled compiled =
            compile_with((struct vgpu_cc_source){.name = "program.cl",
                                                 .text = cases[i].text,
                                                 .length = strlen(cases[i].text),
                                                 .extensions = extensions,
                                                 .num_extensions = 5,
                                                 .debug_folder = ""},
                         cases[i].options, true);

        expect_done(&compiled);
        compiled_fini(&compiled);
    }
}

static struct compiled compile_with_headers(const char *source,
                                            const struct vgpu_header *headers,
                                            size_t num_headers, const char *options)
{
    return compile_with((struct vgpu_cc_source){.name = "program.cl",
                                                .text = source,
                                                .length = strlen(source),
                                                .headers = headers,
                                                .num_headers = num_headers,
                                                .debug_folder = ""},
                        options, true);
}

VGPU_UNIT_TEST(front_end, finds_the_headers_of_a_request)
{
    static const char one[] = "#include \"deep/two.h\"\n#define ONE 1\n";
    static const char two[] = "#define TWO 2\n";
    static const char wrong[] = "\nint oops\n";
    const struct vgpu_header headers[] = {
        {"one.h", one, strlen(one)},
        {"deep/two.h", two, strlen(two)},
        {"wrong.h", wrong, strlen(wrong)},
        {"one.h", wrong, strlen(wrong)},
    };
    struct compiled compiled = compile_with_headers(
        "#include <one.h>\nkernel void f(global int *a) { *a = ONE + TWO; }", headers, 4,
        "");

    expect_done(&compiled);
    EXPECT_EQ(0, compiled.num_files);
    compiled_fini(&compiled);

    compiled =
        compile_with_headers("#include \"wrong.h\"\nkernel void f() {}", headers, 4, "");
    EXPECT_EQ(VGPU_STATUS_REFUSED, compiled.status);
    EXPECT_CONTAINS(compiled.log, "wrong.h:2:9: error: expected ';'");
    EXPECT_TRUE(!strstr(compiled.log, ".vgpu-headers"));
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(front_end, refuses_headers_with_impossible_names)
{
    static const char *const names[] = {"/etc/passwd", "../up.h",     "a/../../b.h", "",
                                        "folder/",     "line\nfeed.h"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct vgpu_header header = {names[i], "", 0};
        struct compiled compiled =
            compile_with_headers("kernel void f() {}", &header, 1, "");

        EXPECT_EQ(VGPU_STATUS_REFUSED, compiled.status);
        EXPECT_CONTAINS(compiled.log, "cannot be a header's name");
        compiled_fini(&compiled);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ASSERT_TRUE(file != NULL);
    fputs(text, file);
    fclose(file);
}

VGPU_UNIT_TEST(front_end, includes_from_folders_and_tells_which_files)
{
    static const char text[] = "#define THREE 3\n";
    char folder[] = "/tmp/vgpu-cc-test-XXXXXX";
    char *before = getcwd(NULL, 0);
    struct compiled compiled;

    ASSERT_TRUE(mkdtemp(folder) != NULL);
    ASSERT_EQ(0, chdir(folder));
    write_file("a $b.h", text);
    compiled = compile_source("#include <a $b.h>\nkernel void f(global int *a) "
                              "{ *a = THREE; }",
                              "-I.", true);
    if (expect_done(&compiled)) {
        const struct vgpu_hash hash = vgpu_hash_of(text, strlen(text));

        EXPECT_EQ(1, compiled.num_files);
        if (compiled.num_files == 1) {
            EXPECT_EQ('/', *compiled.files[0].path);
            EXPECT_CONTAINS(compiled.files[0].path, "/a $b.h");
            EXPECT_EQ(0, access(compiled.files[0].path, R_OK));
            EXPECT_TRUE(vgpu_hash_is_same(hash, compiled.files[0].hash));
        }
    }
    compiled_fini(&compiled);
    unlink("a $b.h");
    ASSERT_EQ(0, chdir(before));
    rmdir(folder);
    free(before);
}

VGPU_UNIT_TEST_WITH_ENV(front_end, says_which_package_has_the_clang_that_is_missing,
                        "VGPU_CLANG=clang-of-nowhere")
{
    struct compiled compiled = compile_source("kernel void f() {}", "", true);

    EXPECT_EQ(VGPU_STATUS_NO_TOOLS, compiled.status);
    EXPECT_CONTAINS(compiled.log, "clang-of-nowhere");
    EXPECT_CONTAINS(compiled.log, "apt install " VGPU_CLANG_NAME);
    EXPECT_CONTAINS(compiled.log, "registered as C functions");
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(front_end, survives_a_crash_of_clang)
{
    expect_refused("int before = ;\n#pragma clang __debug crash\n", "",
                   "crashed on program.cl");
    expect_refused("#pragma clang __debug llvm_fatal_error\n", "",
                   "crashed on program.cl");
    expect_refused("#pragma clang __debug crash\n", "", "error: clang");
}

VGPU_UNIT_TEST(front_end, takes_sources_with_nul_bytes_and_of_no_bytes)
{
    static const char text[] = "kernel void f() {}\0\n int x = ;";
    struct compiled compiled = compile_with(
        (struct vgpu_cc_source){
            .name = "p", .text = text, .length = sizeof text, .debug_folder = ""},
        "", true);

    EXPECT_EQ(VGPU_STATUS_REFUSED, compiled.status);
    compiled_fini(&compiled);
    compiled = compile_source("", "", true);
    if (expect_done(&compiled))
        EXPECT_EQ(0, compiled.unit.num_kernels);
    compiled_fini(&compiled);
}
