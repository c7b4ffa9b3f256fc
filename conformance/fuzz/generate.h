/* SPDX-License-Identifier: MIT */
/* Random programs: free of undefined behaviour and of races by the way they are made. */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "language.h"

enum { KERNELS_PER_PROGRAM = 4 };

struct dialect {
    bool with_double;
    bool is_lenient; /* leaves out what other implementations are known to get wrong */
};

/* fuzz_generate - the program of that seed and dialect; the same on every machine. Ended
 * by fuzz_program_fini. */
void fuzz_generate(struct program *program, uint64_t seed, struct dialect dialect);

#endif
