/* SPDX-License-Identifier: MIT */
/* SHA-256's compression of one block of 64 bytes per work-item. */
__constant uint round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

__constant uint start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

#define ROTATE_RIGHT(x, n) rotate((x), (uint)(32 - (n)))

__kernel void sha256(__global uint *digests, __global const uint *blocks)
{
    size_t i = get_global_id(0);
    uint w[16];
    uint s[8];

    for (int k = 0; k < 16; k++)
        w[k] = blocks[16 * i + k];
    for (int k = 0; k < 8; k++)
        s[k] = start[k];
    for (int k = 0; k < 64; k++) {
        if (k >= 16) {
            uint a = w[(k + 1) & 15];
            uint b = w[(k + 14) & 15];
            w[k & 15] += (ROTATE_RIGHT(a, 7) ^ ROTATE_RIGHT(a, 18) ^ (a >> 3)) +
                         w[(k + 9) & 15] +
                         (ROTATE_RIGHT(b, 17) ^ ROTATE_RIGHT(b, 19) ^ (b >> 10));
        }
        uint t1 =
            s[7] +
            (ROTATE_RIGHT(s[4], 6) ^ ROTATE_RIGHT(s[4], 11) ^ ROTATE_RIGHT(s[4], 25)) +
            bitselect(s[6], s[5], s[4]) + round_constants[k] + w[k & 15];
        uint t2 =
            (ROTATE_RIGHT(s[0], 2) ^ ROTATE_RIGHT(s[0], 13) ^ ROTATE_RIGHT(s[0], 22)) +
            ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6];
        s[6] = s[5];
        s[5] = s[4];
        s[4] = s[3] + t1;
        s[3] = s[2];
        s[2] = s[1];
        s[1] = s[0];
        s[0] = t1 + t2;
    }
    for (int k = 0; k < 8; k++)
        digests[8 * i + k] = s[k] + start[k];
}
