#include "audit/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace oxpecker::audit::file_calls {

int Open(const char* path, int flags, unsigned mode) { return ::open(path, flags, static_cast<mode_t>(mode)); }
ssize_t Write(int descriptor, const char* bytes, std::size_t count) { return ::write(descriptor, bytes, count); }
int Sync(int descriptor) { return ::fsync(descriptor); }
int Rename(const char* from, const char* to) { return std::rename(from, to); }

}  // namespace oxpecker::audit::file_calls
