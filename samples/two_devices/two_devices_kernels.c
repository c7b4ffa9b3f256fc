/* SPDX-License-Identifier: MIT */
/* two_devices.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(find_primes, (__global uchar *, is_prime))
{
    uint number = (uint)get_global_id(0);
    uchar prime = number == 2 || (number > 2 && number % 2 == 1);

    for (uint divisor = 3; prime && divisor * divisor <= number; divisor += 2)
        prime = number % divisor != 0;
    is_prime[number - get_global_offset(0)] = prime;
}
