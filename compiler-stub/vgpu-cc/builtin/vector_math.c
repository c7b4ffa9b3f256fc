/* SPDX-License-Identifier: MIT */
/* Looks up vector variants of the C library's functions. */
#include "vector_math.h"

#include <stddef.h>
#include <string.h>

struct variants {
    const char *name;
    const char *of_width[3]; /* by enum vgpu_cc_math_width; NULL: none */
};

#define NAMES_SLEEF_F32(name, suffix)                                                 \
    {                                                                                 \
        "Sleef_" #name "f16_" #suffix "avx512f", "Sleef_" #name "f8_" #suffix "avx2", \
            "Sleef_" #name "f4_" #suffix "sse4"                                       \
    }
#define NAMES_SLEEF_F64(name, suffix)                                                \
    {                                                                                \
        "Sleef_" #name "d8_" #suffix "avx512f", "Sleef_" #name "d4_" #suffix "avx2", \
            "Sleef_" #name "d2_" #suffix "sse4"                                      \
    }
#define NAMES_LIBMVEC_F32(name, suffix)                                    \
    {                                                                      \
        "_ZGVeN16" #suffix "_" #name "f", "_ZGVdN8" #suffix "_" #name "f", \
            "_ZGVbN4" #suffix "_" #name "f"                                \
    }
#define NAMES_LIBMVEC_F64(name, suffix)                           \
    {                                                             \
        "_ZGVeN8" #suffix "_" #name, "_ZGVdN4" #suffix "_" #name, \
            "_ZGVbN2" #suffix "_" #name                           \
    }
#define NAMES_LANES_F32(name, suffix) \
    {                                 \
        NULL, NULL, NULL              \
    }
#define NAMES_LANES_F64(name, suffix) \
    {                                 \
        NULL, NULL, NULL              \
    }

static const struct variants exact[] = {
#define MATH(scalar, type, arguments, library, name, suffix, ulp, allowed) \
    {#scalar, NAMES_##library##_##type(name, suffix)},
#include "math.def"
#undef MATH
};

static const struct variants relaxed[] = {
#define RELAXED(scalar, type, arguments, library, name, suffix, ulp) \
    {#scalar, NAMES_##library##_##type(name, suffix)},
#include "math.def"
#undef RELAXED
};

static const struct variants *find(const struct variants *rows, size_t count,
                                   const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

#define FIND(rows, name) find(rows, sizeof(rows) / sizeof(rows[0]), name)

bool vgpu_cc_is_math(const char *name)
{
    return FIND(exact, name) != NULL;
}

const char *vgpu_cc_vector_math(const char *name, enum vgpu_cc_math_width width,
                                bool is_relaxed)
{
    const struct variants *row = is_relaxed ? FIND(relaxed, name) : NULL;

    if (!row)
        row = FIND(exact, name);
    return row ? row->of_width[width] : NULL;
}
