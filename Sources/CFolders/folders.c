#define _GNU_SOURCE
#include "CFolders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int ps_exchange(const char *first, const char *second)
{
    // By number, because older C libraries have no wrapper; 2 is RENAME_EXCHANGE.
    return syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2U) == 0 ? 0 : errno;
}
