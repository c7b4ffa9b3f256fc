/* SPDX-License-Identifier: MIT */
/* Longest common subsequence of two words: a row of the table per work-item. */
#define LENGTH 24

__kernel void longest_common(__global int *out, __global const char *words,
                             __constant char *pattern)
{
    int i = get_global_id(0);
    __global const char *word = words + i * LENGTH;
    int row[LENGTH + 1];

    for (int k = 0; k <= LENGTH; k++)
        row[k] = 0;
    for (int a = 0; a < LENGTH; a++) {
        int diagonal = 0;
        for (int b = 1; b <= LENGTH; b++) {
            int above = row[b];
            row[b] = word[a] == pattern[b - 1] ? diagonal + 1 : max(above, row[b - 1]);
            diagonal = above;
        }
    }
    out[i] = row[LENGTH];
}
