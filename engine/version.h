// engine/version.h - the version of the engine that a record names.
#pragma once

namespace oxpecker::engine {

inline constexpr const char* kEngineVersion = "0.1.0";

}  // namespace oxpecker::engine
