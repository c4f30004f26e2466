// audit/file_calls.h - the system calls that change the log's own small files (keys, the published
// checkpoint), each alone in a function, with the answers of the call itself. Private to this module.
//
// They stand apart so that a test program may bring its own in their place (it defines these functions,
// and the linker takes those): so each of them can be made to fail, at any moment (tests/fault).
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace oxpecker::audit::file_calls {

int Open(const char* path, int flags, unsigned mode);
ssize_t Write(int descriptor, const char* bytes, std::size_t count);
int Sync(int descriptor);  // of a folder too
int Rename(const char* from, const char* to);

}  // namespace oxpecker::audit::file_calls
