// apps/cli/http.h - one POST over HTTP, and a server of one on this machine. Private to the program.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace oxpecker::cli {

struct HttpAnswer {
  int status = 0;
  std::string type;  // Content-Type
  std::string body;
};

inline constexpr std::size_t kHttpBodyBytesMax = 1U << 20U;

// "http://host[:port][/path]" or https. kInvalidInput: no such address; kUnavailable: nobody answers within
// ten seconds; kLimit: the answer is larger than 1 MiB.
Result<HttpAnswer> HttpPost(const std::string& url, const std::string& body);

// "127.0.0.1:8417", "localhost:0", "[::1]:8417": an address of this machine only, since there is neither
// TLS nor a limit of requests here. Port 0 is any that is free.
struct LoopbackAddress {
  std::string host;
  int port = 0;
  static Result<LoopbackAddress> Parse(const std::string& text);
};

// Answers POSTs to `path` until SIGINT or SIGTERM, several at once. `listening` is told the port once
// requests are taken.
Status ServeHttp(const LoopbackAddress& address, const std::string& path,
                 const std::function<HttpAnswer(const std::string& body)>& answer,
                 const std::function<void(int port)>& listening);

}  // namespace oxpecker::cli
