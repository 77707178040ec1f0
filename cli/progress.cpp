#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

namespace cli {
namespace {

constexpr auto kQuietAtFirst = std::chrono::seconds(2);
constexpr auto kTerminalPeriod = std::chrono::milliseconds(200);
constexpr auto kLogPeriod = std::chrono::seconds(30);
constexpr std::uint64_t kRunsBetweenLooks = 64;

std::string left(std::uint64_t runs, std::uint64_t total, double per_second) {
  if (total <= runs || per_second <= 0) return {};
  return fmt::format(", {:.0f} s left", static_cast<double>(total - runs) / per_second);
}

}  // namespace

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(total),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      next_(start_ + kQuietAtFirst) {}

Progress::~Progress() {
  if (!shown_ || !terminal_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

void Progress::update(std::uint64_t runs, std::size_t findings) {
  if (!before_) before_ = runs;
  if (runs < look_at_) return;
  look_at_ = runs + kRunsBetweenLooks;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? Clock::duration(kTerminalPeriod) : Clock::duration(kLogPeriod));
  say(runs, findings, now - start_);
}

void Progress::say(std::uint64_t runs, std::size_t findings, Clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double per_second = static_cast<double>(runs - *before_) / seconds;
  const std::string line = fmt::format("{}: {} runs, {} distinct findings, {:.0f} runs/s{}", what_,
                                       runs, findings, per_second, left(runs, total_, per_second));
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", line, terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace cli
