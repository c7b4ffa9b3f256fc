/* SPDX-License-Identifier: MIT */
/* Code that runs: the same results in every mode. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "running.h"
#include "vgpu_test.h"

static const enum vgpu_code_mode modes[] = {VGPU_CODE_FIBER, VGPU_CODE_PLAIN,
                                            VGPU_CODE_LOCKSTEP};

VGPU_UNIT_TEST(code, computes_saxpy)
{
    struct compiled compiled = compile_source(
        "kernel void saxpy(global float *y, global const float *x, float a)\n"
        "{ size_t i = get_global_id(0); y[i] = a * x[i] + y[i]; }",
        "", true);

    for (size_t m = 0; expect_done(&compiled) && m < 6; m++) {
        float x[105], y[105], *px = x, *py = y, a = 3;
        void *args[] = {&py, &px, &a};

        for (int i = 0; i < 105; i++) {
            x[i] = (float)i;
            y[i] = 1000 - (float)i;
        }
        run_kernel(&compiled.unit, "saxpy", modes[m % 3],
                   &(struct run){.args = args,
                                 .local_size = {21},
                                 .num_groups = {5},
                                 .for_any_size = m >= 3});
        for (int i = 0; i < 105; i++)
            EXPECT_NEAR(1000 + 2 * i, y[i], 0);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, knows_its_place_in_three_dimensions)
{
    struct compiled compiled = compile_source(
        "kernel void where(global ulong *out)\n"
        "{\n"
        "  size_t i = get_global_id(0) + get_global_size(0) *\n"
        "             (get_global_id(1) + get_global_size(1) * get_global_id(2));\n"
        "  ulong n = get_work_dim();\n"
        "  for (uint d = 0; d < 3; d++)\n"
        "    n = n * 31 + get_local_id(d) + 5 * get_group_id(d) + 7 * get_local_size(d) "
        "+\n"
        "        11 * get_num_groups(d) + 13 * get_global_offset(d);\n"
        "  out[i] = n;\n"
        "}",
        "", true);
    uint64_t right[2 * 3 * 7 * 5 * 3 * 2];

    for (size_t m = 0; expect_done(&compiled) && m < 6; m++) {
        uint64_t out[sizeof right / sizeof *right] = {0}, *pointer = out;
        void *args[] = {&pointer};

        run_kernel(&compiled.unit, "where", modes[m % 3],
                   &(struct run){.args = args,
                                 .local_size = {7, 5, 3},
                                 .num_groups = {2, 3, 2},
                                 .for_any_size = m >= 3});
        if (m == 0)
            memcpy(right, out, sizeof right);
        EXPECT_TRUE(out[0] != 0);
        EXPECT_BYTES(right, out, sizeof right);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, waits_at_barriers)
{
    struct compiled compiled = compile_source(
        "kernel void sum(global const float *in, global float *out, local float *extra)\n"
        "{\n"
        "  local float part[64];\n"
        "  size_t l = get_local_id(0);\n"
        "  part[l] = in[get_global_id(0)];\n"
        "  extra[get_local_size(0) - 1 - l] = part[l];\n"
        "  barrier(CLK_LOCAL_MEM_FENCE);\n"
        "  for (size_t k = get_local_size(0) / 2; k > 0; k /= 2) {\n"
        "    if (l < k) part[l] += part[l + k];\n"
        "    barrier(CLK_LOCAL_MEM_FENCE);\n"
        "  }\n"
        "  if (l == 0) out[get_group_id(0)] = part[0] + 1000 * extra[0];\n"
        "}",
        "", true);

    for (size_t m = 0; expect_done(&compiled) && m < 6; m++) {
        float in[192], out[3] = {0}, *pin = in, *pout = out, extra[64], *pextra = extra;
        void *args[] = {&pin, &pout, &pextra};

        for (int i = 0; i < 192; i++)
            in[i] = (float)(i % 7);
        run_kernel(&compiled.unit, "sum", modes[m % 3],
                   &(struct run){.args = args,
                                 .local_size = {64},
                                 .num_groups = {3},
                                 .for_any_size = m >= 3});
        for (int g = 0; g < 3; g++) {
            float right = 0;

            for (int i = 0; i < 64; i++)
                right += in[64 * g + i];
            EXPECT_NEAR(right + 1000 * in[64 * g + 63], out[g], 0);
        }
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, takes_arguments_of_every_kind)
{
    struct compiled compiled = compile_source(
        "typedef struct { int a; float3 b; } body;\n"
        "kernel void f(global double *out, char a, uchar4 b, float3 c, double16 d,\n"
        "              body e, constant short *f, ulong g)\n"
        "{ out[0] = a; out[1] = b.w; out[2] = c.z; out[3] = d.sf; out[4] = e.b.y;\n"
        "  out[5] = f[1]; out[6] = g; }",
        "", true);
    double out[7] = {0}, *pointer = out;
    const double right[] = {-3, 250, 2.5, 15.5, 7, -300, 1e15};
    signed char a = -3;
    unsigned char b[4] = {0, 0, 0, 250};
    float c[4] __attribute__((aligned(128))) = {0, 0, 2.5f, 0};
    double d[16] __attribute__((aligned(128))) = {[15] = 15.5};
    struct {
        int a;
        float b[4] __attribute__((aligned(16)));
    } e __attribute__((aligned(128))) = {1, {6, 7, 8, 0}};
    short f[2] = {0, -300}, *pf = f;
    uint64_t g = 1000000000000000u;
    void *args[] = {&pointer, &a, b, c, d, &e, &pf, &g};

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        memset(out, 0, sizeof out);
        run_kernel(&compiled.unit, "f", modes[m], &(struct run){.args = args});
        EXPECT_BYTES(right, out, sizeof out);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, calls_mathematics_and_printf)
{
    struct compiled compiled =
        compile_source("kernel void f(global float *a)\n"
                       "{ size_t i = get_global_id(0);\n"
                       "  if (i == 3) printf(\"%d %s\\n\", (int)i, \"x\");\n"
                       "  a[i] = exp(a[i]) + pow(a[i], 1.5f) + fmod(a[i], 0.7f); }",
                       "", true);

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        float a[40], *pointer = a;
        void *args[] = {&pointer};

        for (int i = 0; i < 40; i++)
            a[i] = (float)i / 8;
        run_kernel(&compiled.unit, "f", modes[m],
                   &(struct run){.args = args, .local_size = {40}});
        for (int i = 0; i < 40; i++) {
            const float x = (float)i / 8;
            const float right = expf(x) + powf(x, 1.5f) + fmodf(x, 0.7f);

            EXPECT_NEAR(right, a[i], 2e-6 * right);
        }
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, divides_integers_of_128_bits)
{
    struct compiled compiled =
        compile_source("kernel void k(global ulong *a) {\n"
                       "    __int128 product = (__int128)a[0] * a[1];\n"
                       "    a[2] = (ulong)(product / (((__int128)a[3] << 64) + 1)); }",
                       "", true);
    uint64_t values[4] = {UINT64_C(1) << 63, UINT64_C(1) << 62, 0, 1 << 20};
    void *pointer = values, *args[] = {&pointer};

    if (expect_done(&compiled) &&
        run_kernel(&compiled.unit, "k", VGPU_CODE_FIBER, &(struct run){.args = args}))
        EXPECT_EQ((UINT64_C(1) << 41) - 1, values[2]);
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, divides_vectors_wider_than_opencls)
{
    struct compiled compiled =
        compile_source("typedef int wide __attribute__((ext_vector_type(64)));\n"
                       "kernel void k(global int *a) {\n"
                       "    wide x = 7, y = a[0]; x[40] = INT_MIN; y[50] = 0;\n"
                       "    x /= y; a[0] = x[40]; a[1] = x[3]; a[2] = x[50]; }",
                       "", true);
    int32_t values[3] = {-1, 0, 0}, *pointer = values;
    void *args[] = {&pointer};

    if (expect_done(&compiled) &&
        run_kernel(&compiled.unit, "k", VGPU_CODE_FIBER, &(struct run){.args = args})) {
        EXPECT_EQ(INT32_MIN, values[0]);
        EXPECT_EQ(-7, values[1]);
        EXPECT_EQ(7, values[2]);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(code, gives_the_loader_nothing_of_a_source_to_run)
{
    static const char *const attributes[] = {
        "section(\".init_array\")", "section(\"odd\")", "annotate(\"x\")", "weak"};

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        char text[400];
        struct compiled compiled;
        int32_t a = 1, *pointer = &a;
        void *args[] = {&pointer};

        snprintf(text, sizeof text,
                 "__attribute__((%s)) constant int x[4] = {1, 2, 3, 4};\n"
                 "kernel void k(global int *a) { *a = x[*a]; }",
                 attributes[i]);
        compiled = compile_source(text, "", true);
        if (expect_done(&compiled) &&
            run_kernel(&compiled.unit, "k", VGPU_CODE_FIBER, &(struct run){.args = args}))
            EXPECT_EQ(2, a);
        compiled_fini(&compiled);
    }
}

VGPU_UNIT_TEST(code, shows_text_and_refuses_unknown_kernels)
{
    struct compiled compiled =
        compile_source("kernel void f(global int *a) { *a = 1; }", "", true);
    struct vgpu_cc_code_request request = {.kernel = "f", .form = VGPU_CC_LLVM};
    char *text = NULL;
    size_t size, text_size;
    void *bytes = NULL;
    FILE *log = open_memstream(&text, &text_size);

    if (expect_done(&compiled)) {
        EXPECT_EQ(VGPU_STATUS_DONE,
                  vgpu_cc_unit_code(&compiled.unit, &request, log, &bytes, &size));
        EXPECT_CONTAINS((char *)bytes, "vgpu_code_table");
        free(bytes);
#ifdef __x86_64__
        request.cpu = "x86-64-v2";
        EXPECT_EQ(VGPU_STATUS_DONE,
                  vgpu_cc_unit_code(&compiled.unit, &request, log, &bytes, &size));
        EXPECT_CONTAINS((char *)bytes, "\"target-cpu\"=\"x86-64-v2\"");
        free(bytes);
        request.cpu = NULL;
#endif
        request.kernel = "g";
        EXPECT_EQ(VGPU_STATUS_REFUSED,
                  vgpu_cc_unit_code(&compiled.unit, &request, log, &bytes, &size));
        fflush(log);
        EXPECT_CONTAINS(text, "there is no kernel 'g'");
    }
    fclose(log);
    free(text);
    compiled_fini(&compiled);
}
