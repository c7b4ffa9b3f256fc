/* SPDX-License-Identifier: MIT */
/* Whether each number of the NDRange is a prime, by trial division. The host launches this once per
 * share of the numbers, with the share's first number as the global offset and a buffer of the
 * share's own. */
__kernel void find_primes(__global uchar *is_prime)
{
    uint number = (uint)get_global_id(0);
    uchar prime = number == 2 || (number > 2 && number % 2 == 1);

    for (uint divisor = 3; prime && divisor * divisor <= number; divisor += 2)
        prime = number % divisor != 0;
    is_prime[number - get_global_offset(0)] = prime;
}
