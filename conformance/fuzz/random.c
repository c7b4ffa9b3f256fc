/* SPDX-License-Identifier: MIT */
/* Random numbers that depend on the seed alone: SplitMix64. */
#include "generate_internal.h"

uint64_t fuzz_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

unsigned fuzz_below(struct generator *g, unsigned n)
{
    return (unsigned)((fuzz_random(&g->random) >> 16) % n);
}

bool fuzz_chance(struct generator *g, unsigned percent)
{
    return fuzz_below(g, 100) < percent;
}
