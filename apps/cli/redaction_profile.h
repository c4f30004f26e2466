// apps/cli/redaction_profile.h - which redaction profile `log export --redact` names: one that is built in, or
// a YAML file.
//
//   id: for-the-authority
//   title: Residence and outcome, without names
//   reason: the rest was not asked for
//   sections:
//     facts:    {disclose: [/as_of, /customer/residence]}   these and what is below them
//     decision: {withhold: [/features, /candidates]}        all but these
//     release:  all
#pragma once

#include <string>
#include <string_view>

#include "audit/bundle/profile.h"
#include "base/result.h"

namespace oxpecker::cli {

// Every problem at once, each with its place.
Checked<audit::RedactionProfile> ParseRedactionProfile(const std::string& file, std::string_view text);

// "personal-withheld", or the name of a file.
Checked<audit::RedactionProfile> FindRedactionProfile(const std::string& name_or_file);

}  // namespace oxpecker::cli
