/* SPDX-License-Identifier: MIT */
/* Rows of a picture: how often z = z * z + c can be taken, up to a limit, before z leaves the circle of radius 2.
 * Whole numbers with 12 bits behind the point give the same picture on every device. */
__kernel void escape(__global uint *rows, uint first_row, uint size, uint limit)
{
    const size_t column = get_global_id(0), row = first_row + get_global_id(1);
    const int c_x = (int)(3 * 4096 * column / size) - 2 * 4096;
    const int c_y = (int)(3 * 4096 * row / size) - 4096;
    int x = 0, y = 0;
    uint taken = 0;

    while (x * x + y * y <= 4 * 4096 * 4096 && taken < limit) {
        const int next_x = (x * x - y * y) / 4096 + c_x;

        y = 2 * x * y / 4096 + c_y;
        x = next_x;
        taken++;
    }
    rows[get_global_id(1) * size + column] = taken;
}
