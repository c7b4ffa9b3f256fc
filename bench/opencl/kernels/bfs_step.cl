/* SPDX-License-Identifier: MIT */
/* One level of a breadth-first search over a graph in compressed rows. */
__kernel void bfs_step(__global int *levels, __global const int *first,
                       __global const int *neighbours, int current, __global int *changed)
{
    int node = get_global_id(0);
    if (levels[node] != current)
        return;

    for (int k = first[node]; k < first[node + 1]; k++) {
        int other = neighbours[k];
        if (levels[other] < 0) {
            levels[other] = current + 1;
            *changed = 1;
        }
    }
}
