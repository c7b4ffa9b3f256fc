/* SPDX-License-Identifier: MIT */
/* Jobs of integer arithmetic. */
#include "cases.h"

#include <math.h>
#include <string.h>

#define SEED   12345u
#define ROUNDS 64

BENCH_SETUP(xorshift)
{
    job->width = bench_pick(job, 1u << 18, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_uint(job, SEED);
    bench_int(job, ROUNDS);
    bench_range_1d(job, job->width, 256);
}

static uint32_t first_state(uint32_t x)
{
    x = (x ^ 61u) ^ (x >> 16);
    x *= 9u;
    x ^= x >> 4;
    x *= 0x27d4eb2du;
    return x ^ (x >> 15);
}

BENCH_REFERENCE(xorshift)
{
    uint32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        uint32_t state = first_state((uint32_t)i + SEED) | 1u;

        for (int k = 0; k < ROUNDS; k++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            out[i] += state >> 8;
        }
    }
}

BENCH_SETUP(sha256)
{
    job->width = bench_pick(job, 1u << 15, 512);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, 8 * job->width);
    bench_uints(job, BENCH_IN, 16 * job->width, 0);
    bench_range_1d(job, job->width, 64);
}

static uint32_t rotate_right(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* The leading 32 bits behind the point, from which SHA-256's constants are made. */
static uint32_t fraction(long double x)
{
    return (uint32_t)((x - floorl(x)) * 4294967296.0L);
}

static void sha256_constants(uint32_t constants[64], uint32_t start[8])
{
    int found = 0;

    for (int candidate = 2; found < 64; candidate++) {
        int divisor = 2;

        while (candidate % divisor != 0)
            divisor++;
        if (divisor < candidate)
            continue;
        if (found < 8)
            start[found] = fraction(sqrtl(candidate));
        constants[found++] = fraction(cbrtl(candidate));
    }
}

static void sha256_expand(uint32_t w[64])
{
    for (int k = 16; k < 64; k++) {
        const uint32_t a = w[k - 15], b = w[k - 2];

        w[k] = w[k - 16] + w[k - 7] +
               (rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3) +
               (rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10);
    }
}

static void sha256_block(const uint32_t *block, const uint32_t constants[64],
                         const uint32_t start[8], uint32_t *digest)
{
    uint32_t w[64], s[8];

    memcpy(w, block, 16 * sizeof *w);
    sha256_expand(w);
    memcpy(s, start, sizeof s);
    for (int k = 0; k < 64; k++) {
        const uint32_t e = s[4], a = s[0];
        const uint32_t t1 =
            s[7] + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +
            ((e & s[5]) ^ (~e & s[6])) + constants[k] + w[k];
        const uint32_t t2 =
            (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) +
            ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));

        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int k = 0; k < 8; k++)
        digest[k] = start[k] + s[k];
}

BENCH_REFERENCE(sha256)
{
    const uint32_t *blocks = bench_initial(job, 1);
    uint32_t *digests = bench_expected(job, 0);
    uint32_t constants[64], start[8];

    sha256_constants(constants, start);
    for (size_t i = 0; i < job->width; i++)
        sha256_block(blocks + 16 * i, constants, start, digests + 8 * i);
}

#define LENGTH 64

BENCH_SETUP(crc32)
{
    job->width = bench_pick(job, 1u << 15, 512);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_bytes(job, BENCH_IN, LENGTH * job->width, 0);
    bench_uint(job, LENGTH);
    bench_range_1d(job, job->width, 128);
}

BENCH_REFERENCE(crc32)
{
    const uint8_t *data = bench_initial(job, 1);
    uint32_t *sums = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        uint32_t crc = ~0u;

        for (size_t bit = 0; bit < 8 * LENGTH; bit++) {
            if (bit % 8 == 0)
                crc ^= data[LENGTH * i + bit / 8];
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
        sums[i] = ~crc;
    }
}

BENCH_SETUP(popcount_words)
{
    job->width = bench_pick(job, 1u << 20, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_uints(job, BENCH_IN, job->width, 0);
    bench_uints(job, BENCH_IN, job->width, 0);
    bench_range_1d(job, job->width, 256);
}

static uint32_t leading_zeros(uint32_t x)
{
    return x ? (uint32_t)__builtin_clz(x) : 32;
}

BENCH_REFERENCE(popcount_words)
{
    const uint32_t *a = bench_initial(job, 1);
    const uint32_t *b = bench_initial(job, 2);
    uint32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        uint32_t x = a[i], y = b[i];

        for (uint32_t k = 0; k < 8; k++) {
            const uint32_t turned = k ? y << k | y >> (32 - k) : y;
            uint64_t wide;

            out[i] += (uint32_t)__builtin_popcount(x & y) + leading_zeros(x ^ y);
            x = (uint32_t)((uint64_t)x * y >> 32) + turned;
            wide = (uint64_t)y + (x & 0xffffff);
            y = wide > UINT32_MAX ? UINT32_MAX : (uint32_t)wide;
        }
    }
}
