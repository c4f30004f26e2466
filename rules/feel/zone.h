// rules/feel/zone.h - time zones of the IANA database.
//
// Zones are read from TZif files (RFC 8536, version 2 and later) the first time they are asked for
// and never change afterwards; a process knows one version of the database, which a release
// records. Thread-safe. A ZoneRules lives as long as the process, so values may point at it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oxpecker::feel {

struct ZoneRules;

// "Europe/Stockholm"; nullptr where the database has no such zone.
const ZoneRules* FindZone(std::string_view name);
std::string_view Name(const ZoneRules& zone);
// The zone whose name is most like it, for messages; empty where none is.
std::string NearestZone(std::string_view name);

// Seconds east of UTC. By the wall clock: in the hour that a change to winter time repeats, the
// first one (still summer time); in the hour that the change to summer time skips, the offset
// before the change. This is the rule of java.time and of Temporal's "compatible".
std::int32_t OffsetAtUtc(const ZoneRules& zone, std::int64_t utc_seconds);
std::int32_t OffsetAtLocal(const ZoneRules& zone, std::int64_t local_seconds);

// Version of the database, as "2026a"; "unknown" where it does not say.
const std::string& TzdataVersion();

}  // namespace oxpecker::feel
