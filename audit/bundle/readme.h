// audit/bundle/readme.h - README.txt of a bundle: what it is, and how to verify it with tools of others.
// Private to this module. Pure.
#pragma once

#include <string>
#include <string_view>

#include "audit/log_keys.h"

namespace oxpecker::audit {

std::string ReadmeText(std::string_view origin, const LogKeys& keys);

}  // namespace oxpecker::audit
