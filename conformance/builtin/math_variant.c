/* SPDX-License-Identifier: MIT */
/* The vector variants of math.def against the C library's functions of long double: exact
 * enough, right for special values, there in the libraries that are installed. */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ulp.h"
#include "vector_math.h"
#include "vgpu_test.h"

#define NUM_RANDOM 16384

typedef float f32x16 __attribute__((vector_size(64)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x8 __attribute__((vector_size(64)));
typedef double f64x4 __attribute__((vector_size(32)));
typedef double f64x2 __attribute__((vector_size(16)));

/* Calls of functions of one and of two arguments, register by register. The count is a
 * multiple of what fits into one. */
#define CALLS(vector, scalar, features)                                       \
    __attribute__((target(features))) static void call_##vector(              \
        void *address, unsigned arguments, const scalar *x, const scalar *y,  \
        scalar *results, size_t count)                                        \
    {                                                                         \
        vector (*one)(vector);                                                \
        vector (*two)(vector, vector);                                        \
        memcpy(&one, &address, sizeof(one));                                  \
        memcpy(&two, &address, sizeof(two));                                  \
        for (size_t i = 0; i < count; i += sizeof(vector) / sizeof(scalar)) { \
            vector a, b;                                                      \
            memcpy(&a, x + i, sizeof(a));                                     \
            memcpy(&b, y + i, sizeof(b));                                     \
            a = arguments == 1 ? one(a) : two(a, b);                          \
            memcpy(results + i, &a, sizeof(a));                               \
        }                                                                     \
    }
CALLS(f32x16, float, "avx512f")
CALLS(f32x8, float, "avx2")
CALLS(f32x4, float, "sse4.1")
CALLS(f64x8, double, "avx512f")
CALLS(f64x4, double, "avx2")
CALLS(f64x2, double, "sse4.1")
#undef CALLS

static bool has_width(enum vgpu_cc_math_width width)
{
    return width == VGPU_CC_MATH_512   ? __builtin_cpu_supports("avx512f")
           : width == VGPU_CC_MATH_256 ? __builtin_cpu_supports("avx2")
                                       : __builtin_cpu_supports("sse4.1");
}

static void call_f32(enum vgpu_cc_math_width width, void *address, unsigned arguments,
                     const float *x, const float *y, float *results, size_t count)
{
    if (width == VGPU_CC_MATH_512)
        call_f32x16(address, arguments, x, y, results, count);
    else if (width == VGPU_CC_MATH_256)
        call_f32x8(address, arguments, x, y, results, count);
    else
        call_f32x4(address, arguments, x, y, results, count);
}

static void call_f64(enum vgpu_cc_math_width width, void *address, unsigned arguments,
                     const double *x, const double *y, double *results, size_t count)
{
    if (width == VGPU_CC_MATH_512)
        call_f64x8(address, arguments, x, y, results, count);
    else if (width == VGPU_CC_MATH_256)
        call_f64x4(address, arguments, x, y, results, count);
    else
        call_f64x2(address, arguments, x, y, results, count);
}

enum { F32 = 32, F64 = 64 };

struct variant {
    const char *scalar, *library;
    unsigned bits, arguments;
    double allowed; /* 0: not said */
};

static const struct variant variants[] = {
#define MATH(scalar, type, arguments, library, name, suffix, ulp, allowed) \
    {#scalar, #library, type, arguments, allowed},
#include "math.def"
#undef MATH
};
#define NUM_VARIANTS (sizeof(variants) / sizeof(variants[0]))

/* "sinf" and "sin" are judged by "sinl". */
static void *right_function(const struct variant *variant)
{
    char name[32];
    size_t length = strlen(variant->scalar) - (variant->bits == F32 ? 1 : 0);

    snprintf(name, sizeof(name), "%.*sl", (int)length, variant->scalar);
    return dlsym(RTLD_DEFAULT, name);
}

static long double right_value(void *address, unsigned arguments, double x, double y)
{
    long double (*one)(long double);
    long double (*two)(long double, long double);

    memcpy(&one, &address, sizeof(one));
    memcpy(&two, &address, sizeof(two));
    return arguments == 1 ? one(x) : two(x, y);
}

struct values {
    size_t count;
    double *x, *y, *results;
    float *narrow; /* three times the count */
};

static void fill(struct values *values, unsigned bits)
{
    size_t specials = ulp_num_specials(), pairs = specials * specials;

    for (size_t i = 0; i < values->count; i++) {
        double x = i < pairs ? ulp_special((unsigned)(i / specials))
                             : ulp_argument(i, bits, -80, 80);
        double y = i < pairs ? ulp_special((unsigned)(i % specials))
                             : ulp_argument(i * 5 + 3, bits, -10, 10);
        values->x[i] = bits == F32 ? (double)(float)x : x;
        values->y[i] = bits == F32 ? (double)(float)y : y;
        values->narrow[i] = (float)x;
        values->narrow[values->count + i] = (float)y;
    }
}

static void call(const struct variant *variant, enum vgpu_cc_math_width width,
                 void *address, struct values *values)
{
    size_t count = values->count;
    float *results = values->narrow + 2 * count;

    if (variant->bits == F64) {
        call_f64(width, address, variant->arguments, values->x, values->y,
                 values->results, count);
        return;
    }
    call_f32(width, address, variant->arguments, values->narrow, values->narrow + count,
             results, count);
    for (size_t i = 0; i < count; i++)
        values->results[i] = (double)results[i];
}

static void check(const struct variant *variant, const char *name,
                  enum vgpu_cc_math_width width, void *address, struct values *values)
{
    void *right = right_function(variant);
    double worst = 0;
    size_t at = 0;

    fill(values, variant->bits);
    call(variant, width, address, values);
    for (size_t i = 0; i < values->count; i++) {
        /* Our library keeps them away from log1p of doubles. */
        bool is_kept_away =
            strncmp(name, "Sleef_log1pd", 12) == 0 && values->x[i] > 0x1p1000;
        double error =
            ulp_error(values->results[i],
                      right_value(right, variant->arguments, values->x[i], values->y[i]),
                      variant->bits);
        if (error > worst && !is_kept_away) {
            worst = error;
            at = i;
        }
    }
    if (worst > variant->allowed)
        VGPU_FAIL("%s: %g ulp at %.17g, %.17g: %.17g", name, worst, values->x[at],
                  values->y[at], values->results[at]);
}

static void *look_up(const struct variant *variant, const char *name)
{
    const char *file =
        strcmp(variant->library, "SLEEF") == 0 ? "libsleef.so.3" : "libmvec.so.1";
    void *library = dlopen(file, RTLD_NOW);

    return library ? dlsym(library, name) : NULL;
}

VGPU_UNIT_TEST(vector_mathematics, is_as_exact_as_the_specification_asks)
{
    size_t specials = ulp_num_specials();
    struct values values = {.count = (specials * specials + NUM_RANDOM) & ~(size_t)15};

    values.x = malloc(values.count * sizeof(double));
    values.y = malloc(values.count * sizeof(double));
    values.results = malloc(values.count * sizeof(double));
    values.narrow = malloc(3 * values.count * sizeof(float));
    for (size_t i = 0; i < NUM_VARIANTS; i++)
        for (int width = VGPU_CC_MATH_512; width <= VGPU_CC_MATH_128; width++) {
            enum vgpu_cc_math_width w = (enum vgpu_cc_math_width)width;
            const char *name = vgpu_cc_vector_math(variants[i].scalar, w, false);
            void *address = name ? look_up(&variants[i], name) : NULL;
            if (name && !address)
                VGPU_FAIL("%s: no such function", name);
            if (address && has_width(w) && variants[i].allowed > 0)
                check(&variants[i], name, w, address, &values);
        }
    free(values.x);
    free(values.y);
    free(values.results);
    free(values.narrow);
}

VGPU_UNIT_TEST(vector_mathematics, is_found_by_the_scalar_name_and_the_width)
{
    EXPECT_STREQ("Sleef_expf16_u10avx512f",
                 vgpu_cc_vector_math("expf", VGPU_CC_MATH_512, false));
    EXPECT_STREQ("_ZGVdN8v_expf", vgpu_cc_vector_math("expf", VGPU_CC_MATH_256, true));
    EXPECT_STREQ("_ZGVbN2vv_pow", vgpu_cc_vector_math("pow", VGPU_CC_MATH_128, true));
    EXPECT_TRUE(vgpu_cc_vector_math("fmodf", VGPU_CC_MATH_512, false) == NULL);
    EXPECT_TRUE(vgpu_cc_vector_math("puts", VGPU_CC_MATH_512, false) == NULL);
    EXPECT_TRUE(vgpu_cc_is_math("fmodf"));
    EXPECT_FALSE(vgpu_cc_is_math("puts"));
}
