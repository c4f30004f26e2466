#include "apps/cli/http.h"

#include <httplib.h>
#include <pthread.h>
#include <signal.h>

#include <charconv>
#include <optional>
#include <thread>

namespace oxpecker::cli {
namespace {

constexpr int kTimeoutSeconds = 10;

struct Url {
  std::string server;  // scheme, host and port
  std::string path;
};

std::optional<Url> SplitUrl(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return std::nullopt;
  const std::size_t host = url.find("://") + 3;
  const std::size_t path = url.find('/', host);
  if (path == host || host == url.size()) return std::nullopt;
  if (path == std::string::npos) return Url{url, "/"};
  return Url{url.substr(0, path), url.substr(path)};
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

// Signals that end the server; blocked in all threads but the one that waits for them.
sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Result<HttpAnswer> HttpPost(const std::string& url, const std::string& body) {
  const auto split = SplitUrl(url);
  if (!split) return Fail(ErrorCode::kInvalidInput, url, "this is no address of a server", "write http://host:port/path");
  httplib::Client client(split->server);
  if (!client.is_valid()) return Fail(ErrorCode::kInvalidInput, url, "this is no address of a server", "write http://host:port/path");
  client.set_connection_timeout(kTimeoutSeconds);
  client.set_read_timeout(kTimeoutSeconds);
  client.set_write_timeout(kTimeoutSeconds);
  HttpAnswer answer;
  bool too_large = false;
  httplib::Request request;
  request.method = "POST";
  request.path = split->path;
  request.body = body;
  request.set_header("Content-Type", "text/plain; charset=utf-8");
  request.content_receiver = [&](const char* bytes, std::size_t count, std::uint64_t, std::uint64_t) {
    too_large = answer.body.size() + count > kHttpBodyBytesMax;
    if (!too_large) answer.body.append(bytes, count);
    return !too_large;
  };
  const auto result = client.send(request);
  if (too_large) return Fail(ErrorCode::kLimit, url, "the answer is larger than 1 MiB");
  if (!result) return Fail(ErrorCode::kUnavailable, url, "no answer: " + httplib::to_string(result.error()), "is the server there?");
  answer.status = result->status;
  answer.type = result->get_header_value("Content-Type");
  if (answer.body.empty()) answer.body = result->body;
  return answer;
}

Result<LoopbackAddress> LoopbackAddress::Parse(const std::string& text) {
  const auto refuse = [&](const char* why) {
    return Fail(ErrorCode::kInvalidInput, "--listen " + text, why,
                "write 127.0.0.1:PORT; to be reached from elsewhere put a server with TLS in front");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return refuse("there is no port");
  LoopbackAddress address{text.substr(0, colon), 0};
  if (address.host.starts_with('[') && address.host.ends_with(']')) address.host = address.host.substr(1, address.host.size() - 2);
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, address.port);
  if (read.ec != std::errc() || read.ptr != end || address.port < 0 || address.port > 65'535) return refuse("the port is no number up to 65535");
  if (!IsLoopback(address.host)) return refuse("this is no address of this machine alone");
  return address;
}

Status ServeHttp(const LoopbackAddress& address, const std::string& path,
                 const std::function<HttpAnswer(const std::string& body)>& answer,
                 const std::function<void(int port)>& listening) {
  httplib::Server server;
  server.set_payload_max_length(kHttpBodyBytesMax);
  server.set_read_timeout(kTimeoutSeconds);
  server.set_write_timeout(kTimeoutSeconds);
  server.Post(path, [&](const httplib::Request& request, httplib::Response& response) {
    const HttpAnswer given = answer(request.body);
    response.status = given.status;
    response.set_content(given.body, given.type);
  });
  const int port = address.port != 0 ? (server.bind_to_port(address.host, address.port) ? address.port : -1)
                                     : server.bind_to_any_port(address.host);
  if (port <= 0)
    return Fail(ErrorCode::kUnavailable, address.host + ":" + std::to_string(address.port), "this address cannot be listened on",
                "is another server there?");
  const sigset_t signals = EndingSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread ending([&] {
    int number = 0;
    sigwait(&signals, &number);
    server.stop();
  });
  listening(port);
  const bool served = server.listen_after_bind();
  pthread_kill(ending.native_handle(), SIGTERM);  // where it ended by itself
  ending.join();
  if (served) return {};
  return Fail(ErrorCode::kUnavailable, address.host + ":" + std::to_string(port), "the server ended by an error");
}

}  // namespace oxpecker::cli
