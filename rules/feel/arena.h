// rules/feel/arena.h - memory for the values of one evaluation or one document.
//
// A bump allocator for trivially destructible things. Reset() keeps the blocks, so an evaluator that
// is reused allocates nothing from the heap once it is warm. Not thread-safe; movable. Everything
// allocated dies with Reset() or with the arena.
//
// A limit is advice: whoever is about to make something that input can make large asks Fits() first.
//
// Example:
//   Arena arena;
//   std::span<Value> items = arena.NewArray<Value>(3);
//   std::string_view name = arena.Copy("late fee");
#pragma once

#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace oxpecker::feel {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  template <class T, class... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }
  template <class T>
  std::span<T> NewArray(std::size_t count) {  // value-initialised
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    if (count == 0) return {};
    T* first = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  char* AllocateText(std::size_t size) { return static_cast<char*>(Allocate(size, 1)); }

  std::size_t used_bytes() const { return used_bytes_; }  // since the last Reset
  void SetLimit(std::size_t used_bytes_max) { used_bytes_max_ = used_bytes_max; }
  bool Fits(std::size_t bytes) const {
    return used_bytes_ <= used_bytes_max_ && bytes <= used_bytes_max_ - used_bytes_;
  }
  void Reset() {
    block_ = 0;
    offset_ = 0;
    used_bytes_ = 0;
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };
  static constexpr std::size_t kBlockBytes = 64 * 1024;

  void* Allocate(std::size_t size, std::size_t alignment) {
    used_bytes_ += size;
    while (block_ < blocks_.size()) {
      const std::size_t at = (offset_ + alignment - 1) & ~(alignment - 1);
      if (at + size <= blocks_[block_].size) {
        offset_ = at + size;
        return blocks_[block_].memory.get() + at;
      }
      ++block_;
      offset_ = 0;
    }
    const std::size_t block_size = size > kBlockBytes ? size : kBlockBytes;
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(block_size), block_size});
    block_ = blocks_.size() - 1;
    offset_ = size;
    return blocks_.back().memory.get();
  }

  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t offset_ = 0;
  std::size_t used_bytes_ = 0;
  std::size_t used_bytes_max_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace oxpecker::feel
