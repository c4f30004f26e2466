// The decoder of leaves: must not crash on any bytes, and what it accepts must be the only spelling
// of its value, by its own encoder and by the general canonical writer.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/kinds.h"
#include "audit/leaf.h"
#include "base/check.h"
#include "base/json/document.h"
#include "base/json/value.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  oxpecker::audit::LeafView leaf;
  if (!oxpecker::audit::DecodeLeaf(bytes, leaf)) return 0;
  OXP_CHECK(oxpecker::audit::EncodeLeaf(leaf) == bytes);
  // Whatever an `about` holds, every kind can say what is wrong with it.
  for (const auto& kind : oxpecker::audit::KindDefinitions())
    [[maybe_unused]] const auto problem = oxpecker::audit::AboutProblem(kind.kind, leaf.about);
  const auto document = oxpecker::json::Document::Parse(bytes, {});
  OXP_CHECK(document.has_value());
  const auto canonical = oxpecker::json::Canonical(document->root());
  OXP_CHECK(canonical.has_value() && *canonical == bytes);
  return 0;
}
