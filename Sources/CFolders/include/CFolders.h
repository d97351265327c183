/// The one system call for folders that Swift cannot see.
#ifndef PS_FOLDERS_H
#define PS_FOLDERS_H

/// Lets two files or folders of one file system change places, in one step that nobody can see
/// half done (`renameat2` with `RENAME_EXCHANGE`).
///
/// @return 0, or the system's error number; EINVAL or ENOSYS where the file system cannot do it.
int ps_exchange(const char *_Nonnull first, const char *_Nonnull second);

#endif
