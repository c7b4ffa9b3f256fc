/* SPDX-License-Identifier: MIT */
/* Reads the format strings of OpenCL C's printf. [OpenCL C 3.0, 6.15.14] */
#ifndef VGPU_PRINT_FORMAT_H
#define VGPU_PRINT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum vgpu_print_length {
    VGPU_LENGTH_PLAIN,
    VGPU_LENGTH_HH,
    VGPU_LENGTH_H,
    VGPU_LENGTH_HL, /* of vectors: elements of 4 bytes */
    VGPU_LENGTH_L
};

/* Widths and precisions beyond this are cut to it: no sensible output is longer. */
#define VGPU_PRINT_MAX_WIDTH 4096

struct vgpu_print_directive {
    bool minus, plus, space, alternate, zero;
    int width;      /* -1: not said */
    int precision;  /* -1: not said */
    unsigned lanes; /* 1: no vector */
    enum vgpu_print_length length;
    char conversion; /* one of diouxXfFeEgGaAcsp%; n is refused */
};

/* vgpu_print_directive_read - of the text behind a '%'. Returns what follows, or NULL:
 * that is no conversion of OpenCL C's. */
const char *vgpu_print_directive_read(const char *text,
                                      struct vgpu_print_directive *directive_out);

/* vgpu_print_element_bits - of an element of a vector argument, as its length says; 0: as
 * the argument has it. */
unsigned vgpu_print_element_bits(const struct vgpu_print_directive *directive);

bool vgpu_print_is_float(char conversion);
bool vgpu_print_is_integer(char conversion);

#endif
