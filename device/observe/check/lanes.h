/* SPDX-License-Identifier: MIT */
/* What the addresses of a row's items have to do with each other. */
#ifndef VGPU_CHECK_LANES_H
#define VGPU_CHECK_LANES_H

#include <stdint.h>

/* Bit i of each: of item i, whatever other items do. */
struct lanes_shape {
    uint32_t beside;  /* the next item's address is `size` behind this one's */
    uint32_t same;    /* the next item's address is this one's */
    uint32_t outside; /* `size` bytes there do not all lie in [first, first + room) */
};

/* lanes_shape_of - of 32 addresses; room is at least size. The last item has no next. */
struct lanes_shape lanes_shape_of(const uintptr_t *addresses, uint32_t size,
                                  uintptr_t first, uintptr_t room);

/* lanes_way - that function as it is for one kind of processor: 0 is for any, and higher
 * ones are for newer ones. NULL: this processor cannot, or there are no more. */
#define LANES_WAYS 3u
typedef struct lanes_shape lanes_fn(const uintptr_t *addresses, uint32_t size,
                                    uintptr_t first, uintptr_t room);
lanes_fn *lanes_way(unsigned number);

#endif
