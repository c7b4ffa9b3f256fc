/* SPDX-License-Identifier: MIT */
/* Failures, memory, random numbers and text: what the samples share that makes no OpenCL
 * call. */
#include "sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sample_fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void sample_check(cl_int code, const char *call, const char *file, int line)
{
    if (code != CL_SUCCESS)
        sample_fail("%s:%d: %s: %s (%d)", file, line, call, sample_error_name(code),
                    code);
}

void *sample_alloc(size_t count, size_t element_size)
{
    void *memory = calloc(count, element_size);

    if (!memory)
        sample_fail("no memory for %zu elements of %zu bytes: try a smaller -n", count,
                    element_size);
    return memory;
}

/* A Weyl sequence whose terms are mixed by two multiplications: every seed has the full
 * period. */
uint32_t sample_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;

    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    return (uint32_t)(x >> 32);
}

float sample_random_float(uint64_t *state, float low, float high)
{
    /* 24 bits: all that a float holds, so the fraction never rounds up to 1. */
    float fraction = (float)(sample_random(state) >> 8) * 0x1p-24f;

    return low + (high - low) * fraction;
}

const char *sample_text(const char *format, ...)
{
    static char buffers[4][96];
    static unsigned next;
    char *buffer = buffers[next++ % 4];
    va_list args;

    va_start(args, format);
    vsnprintf(buffer, sizeof(buffers[0]), format, args);
    va_end(args);
    return buffer;
}
