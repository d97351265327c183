/// The C library's heap, whose own header Swift does not see.
#ifndef PS_HEAP_H
#define PS_HEAP_H

/// Gives memory that was freed back to the system.
///
/// The GNU library keeps what threads have freed, for the next allocation of their like.
void ps_release_freed_memory(void);

#endif
