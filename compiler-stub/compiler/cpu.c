/* SPDX-License-Identifier: MIT */
/* The processor's features: CPUID on x86, elsewhere what the kernel tells. */
#include "cpu.h"

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>
#include <pthread.h>

/* Leaves that name the model and its features. Of leaf 1 ebx holds the number of the core
 * that asks. */
static const struct {
    unsigned leaf, sub_leaf;
    bool skips_ebx;
} leaves[] = {{0, 0, false},          {1, 0, true},     {7, 0, false},   {7, 1, false},
              {0x80000001, 0, false}, {0x19, 0, false}, {0x24, 0, false}};

static unsigned words[4 * sizeof leaves / sizeof *leaves + 2];

/* Which registers the kernel saves. */
static void ask_saved_registers(unsigned *low, unsigned *high)
{
    unsigned eax, ebx, ecx = 0, edx;

    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & bit_OSXSAVE)
        __asm__ volatile("xgetbv" : "=a"(*low), "=d"(*high) : "c"(0));
}

/* Kept, as CPUID is slow inside a virtual machine. */
static void ask(void)
{
    unsigned *word = words;

    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++, word += 4) {
        if (__get_cpuid_count(leaves[i].leaf, leaves[i].sub_leaf, &word[0], &word[1],
                              &word[2], &word[3]) &&
            leaves[i].skips_ebx)
            word[1] = 0;
    }
    ask_saved_registers(&word[0], &word[1]);
}

void vgpu_cpu_write(struct vgpu_writer *writer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, ask);
    vgpu_write_block(writer, words, sizeof words);
}

#else

#include <sys/auxv.h>

void vgpu_cpu_write(struct vgpu_writer *writer)
{
    static const unsigned long kinds[] = {AT_HWCAP, AT_HWCAP2};
    const char *platform = (const char *)getauxval(AT_PLATFORM);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        vgpu_write_u64(writer, getauxval(kinds[i]));
    vgpu_write_string(writer, platform ? platform : "");
}

#endif
