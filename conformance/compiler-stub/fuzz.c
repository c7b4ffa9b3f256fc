/* SPDX-License-Identifier: MIT */
/* Damaged sources: whatever comes, reading ends with kernels or a message. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "declaration.h"
#include "vgpu_test.h"

static const char *const seeds[] = {
    "#define T(a, b) a ## b\n#define S(x) #x\n#if defined(X) && (1 + 2) * 3 > 'a' || "
    "0x7f\n"
    "__kernel void f(__global T(float, 4) *restrict a, const int b) { x[0] = \"}\"; "
    "}\n#else\n"
    "__attribute__((reqd_work_group_size(8, 8, 1))) kernel void g(local int "
    "*x[4]);\n#endif\n",
    "typedef struct body { float x; } body_t; /* c */ typedef __global int *ints;\n"
    "__kernel void h(__global body_t *a, struct s b, ints c, __global float (*d)[4], "
    "size_t e);\n"
    "__constant float t[] = { 1.f, 2 }; static int g(int a) { return a; } // end\n",
    "#define F(x, ...) x F(__VA_ARGS__) G(x) __VA_ARGS__\n#define G(x) F(x, x) F\nF(1, "
    "2)(3)\n"
    "#ifdef F\n#elif 1\n#else\n#endif\n#undef F\n#pragma x\n#include \"y\"\n__kernel "
    "void k(F a);",
};

static const char *const pieces[] = {
    "#define ",  "#if ",        "#endif\n", "#else\n", "##",
    "#",         "__VA_ARGS__", "(",        ")",       "{",
    "}",         "[",           "]",        ",",       ";",
    "*",         "\\\n",        "/*",       "*/",      "//",
    "\"",        "'",           "\n",       "defined", "kernel ",
    "struct ",   "typedef ",    "void ",    "int",     "unsigned ",
    "__global ", "?:",          "F(",       "0x",      "1e+",
    "/0",        "...",         "\xff\xfe", "\x01",    "__attribute__((",
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

struct subject {
    char bytes[4096];
    size_t length;
};

/* Replaces `cut` bytes at `at` by others. */
static void splice(struct subject *s, size_t at, size_t cut, const char *bytes,
                   size_t length)
{
    if (cut > s->length - at)
        cut = s->length - at;
    if (s->length - cut + length > sizeof s->bytes)
        return;
    memmove(s->bytes + at + length, s->bytes + at + cut, s->length - at - cut);
    memcpy(s->bytes + at, bytes, length);
    s->length += length - cut;
}

static void damage(struct subject *s, uint32_t *random)
{
    const size_t at = next_random(random) % (s->length + 1);
    const char *piece = pieces[next_random(random) % (sizeof pieces / sizeof *pieces)];
    char copy[64];
    size_t from;

    switch (next_random(random) % 4) {
    case 0:
        splice(s, at, 0, piece, strlen(piece));
        break;
    case 1:
        splice(s, at, next_random(random) % 16, "", 0);
        break;
    case 2:
        copy[0] = (char)next_random(random);
        splice(s, at, 1, copy, 1);
        break;
    default:
        from = next_random(random) % (s->length + 1);
        memset(copy, ' ', sizeof copy);
        memcpy(copy, s->bytes + from,
               s->length - from < sizeof copy ? s->length - from : sizeof copy);
        splice(s, at, 0, copy, next_random(random) % sizeof copy);
    }
}

#define HEADER                                                                  \
    "#ifndef Y\n#define Y\n#include \"y\"\n#include <no>\n#define F(x) x int\n" \
    "#endif\n__kernel void in_y(F(float"

/* The source in memory of exactly its size, so that a sanitizer sees reads past it. */
static void read_subject(const struct subject *s)
{
    static const struct vgpu_header header = {"y", HEADER, sizeof HEADER - 1};
    static const struct vgpu_parse_options options = {.headers = &header,
                                                      .num_headers = 1};
    struct vgpu_declaration *declarations = NULL;
    char *source = malloc(s->length ? s->length : 1);
    char *error = NULL;
    size_t count = 0;
    int status;

    ASSERT_TRUE(source != NULL);
    memcpy(source, s->bytes, s->length);
    status = vgpu_declarations_parse(source, s->length, &options, &declarations, &count,
                                     NULL, &error);
    if (status == -EINVAL)
        ASSERT_TRUE(error && *error);
    else
        ASSERT_EQ(0, status);
    for (size_t i = 0; i < count; i++)
        free(vgpu_declaration_print(&declarations[i]));
    vgpu_declarations_free(declarations, count);
    free(error);
    free(source);
}

VGPU_UNIT_TEST(vgpu_declarations_parse, survives_damaged_sources)
{
    enum { ROUNDS = 40000 };
    uint32_t random = 20240229;

    for (int round = 0; round < ROUNDS; round++) {
        const char *seed = seeds[(size_t)round % (sizeof seeds / sizeof *seeds)];
        const uint32_t wounds = 1 + next_random(&random) % 12;
        struct subject s = {.length = strlen(seed)};

        memcpy(s.bytes, seed, s.length);
        for (uint32_t i = 0; i < wounds; i++)
            damage(&s, &random);
        read_subject(&s);
    }
}

VGPU_UNIT_TEST(vgpu_declaration_from_macro, survives_random_text)
{
    enum { ROUNDS = 20000 };
    uint32_t random = 7;

    for (int round = 0; round < ROUNDS; round++) {
        struct subject s = {.length = 0};
        struct vgpu_declaration d;
        char *error = NULL;

        splice(&s, 0, 0, "(__global float *, a), (int, b)", 31);
        for (uint32_t i = 0; i < 1 + next_random(&random) % 6; i++)
            damage(&s, &random);
        s.bytes[s.length < sizeof s.bytes ? s.length : sizeof s.bytes - 1] = '\0';
        if (vgpu_declaration_from_macro("f", s.bytes, &d, &error) == 0)
            vgpu_declaration_fini(&d);
        else
            EXPECT_TRUE(error && *error);
        free(error);
    }
}
