// tests/support/allocation_count.h - how often the program has asked for memory. Linking the .cc beside
// it replaces operator new of the whole test program.
#pragma once

#include <cstddef>

namespace oxpecker {

std::size_t AllocationCount();

}  // namespace oxpecker
