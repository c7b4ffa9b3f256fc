# A GPU for computing: a hundred units, fast memory of its own

name = Data-centre GPU
type = gpu

cu = 108
sub_group = 32
lanes = 64
clock = 1.4GHz
work_group = 1024

unit_sub_groups = 64
unit_work_groups = 32
unit_work_items = 2048
unit_local = 160K
unit_private = 256K

mem = 40G
alloc = 10G
local = 96K
constant = 64K
private = 256K
cache = 40M
cache_line = 128
bandwidth = 1.5TB/s
latency = 450ns
images = no

memory = separate
link = instant
link_bandwidth = 25GB/s
link_delay = 5us
