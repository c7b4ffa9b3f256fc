# The GPU in a laptop's processor: a dozen units, the host's memory

name = Laptop GPU
type = gpu

cu = 12
sub_group = 32
lanes = 64
clock = 1.6GHz
work_group = 1024

unit_sub_groups = 32
unit_work_groups = 16
unit_work_items = 1024
unit_local = 64K
unit_private = 256K

mem = 8G
alloc = 2G
local = 64K
constant = 64K
private = 64K
cache = 2M
cache_line = 128
bandwidth = 80GB/s
latency = 300ns
images = no

memory = unified
link = instant
link_bandwidth = 80GB/s
link_delay = 1us
