/* SPDX-License-Identifier: MIT */
/* Numbers with units, as a profile has them: 64, 512M, 1.4GHz, 16GB/s, 5us. */
#ifndef VGPU_VALUE_H
#define VGPU_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum vgpu_value_kind {
    VGPU_VALUE_COUNT,
    VGPU_VALUE_POWER, /* a count that is a power of two */
    VGPU_VALUE_BYTES, /* K, M, G are 1024 and its powers */
    VGPU_VALUE_HERTZ,
    VGPU_VALUE_RATE, /* bytes per second; k, M, G are 1000 and its powers */
    VGPU_VALUE_TIME, /* nanoseconds */
    VGPU_VALUE_TEXT,
    VGPU_VALUE_CHOICE
};

#define VGPU_VALUE_CHARS 48u

enum vgpu_value_fault {
    VGPU_VALUE_FINE,
    VGPU_VALUE_NO_NUMBER,
    VGPU_VALUE_NO_UNIT,      /* there is none, and there must be */
    VGPU_VALUE_UNKNOWN_UNIT, /* *end_out is where it begins */
    VGPU_VALUE_TOO_LARGE,    /* for 64 bits */
    VGPU_VALUE_BROKEN        /* a part of a byte, of a nanosecond and so on */
};

/* vgpu_value_read - the number that the text is, all of it. Fractions are taken where
 * there is a unit that makes whole numbers of them. A number without unit is one of
 * bytes; other kinds want one, but for 0. */
enum vgpu_value_fault vgpu_value_read(enum vgpu_value_kind kind, const char *text,
                                      size_t length, uint64_t *value_out,
                                      size_t *end_out);

/* vgpu_value_write - the number so that vgpu_value_read reads the same. Returns `out`. */
const char *vgpu_value_write(enum vgpu_value_kind kind, uint64_t value,
                             char out[VGPU_VALUE_CHARS]);

/* vgpu_value_units - the units to tell a person of: "K, M or G"; "": there are none. */
const char *vgpu_value_units(enum vgpu_value_kind kind);

/* vgpu_value_unit_nearest - the unit that was probably meant, or NULL. */
const char *vgpu_value_unit_nearest(enum vgpu_value_kind kind, const char *text,
                                    size_t length);

#endif
