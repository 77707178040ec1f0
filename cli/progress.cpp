#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/search_report.hpp"
#include "cli/terminal.hpp"

namespace cli {
namespace {

constexpr auto kQuietAtFirst = std::chrono::seconds(2);
constexpr auto kTerminalPeriod = std::chrono::milliseconds(200);
constexpr auto kLogPeriod = std::chrono::seconds(30);
constexpr std::uint64_t kRunsBetweenLooks = 64;

/// In a unit that a reader need not convert.
std::string span(double seconds) {
  constexpr double kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{:.0f} h", seconds / kHour);
  return fmt::format("{:.3g} days", seconds / kDay);
}

}  // namespace

std::string time_left(std::uint64_t done, std::uint64_t most,
                      const std::optional<sim::TraceEstimate>& traces, double rate) {
  if (rate <= 0) return {};
  const auto seen = static_cast<double>(done);
  const auto left = [&](double all) { return span(std::max(0.0, all - seen) / rate); };
  const auto limit = static_cast<double>(most);
  if (most > done && (!traces || limit < traces->mean))
    return fmt::format(", {} left", left(limit));
  if (!traces) return {};
  if (traces->unbounded()) return ", time left not known";
  if (seen > traces->high) return ", more than were estimated: the time left is not known";
  const std::string_view doubt = traces->doubtful() ? " or more" : "";
  if (seen > traces->mean)
    return fmt::format(", more than were estimated: up to {}{} left", left(traces->high), doubt);
  return fmt::format(", {} left ({} to {}{})", left(traces->mean), left(traces->low),
                     left(traces->high), doubt);
}

Progress::Progress(std::string what, std::uint64_t total, Estimate estimate)
    : what_(std::move(what)),
      total_(total),
      estimate_(std::move(estimate)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      next_(start_ + kQuietAtFirst) {}

Progress::~Progress() {
  if (!shown_ || !terminal_) return;
  remark("\r\033[K");
}

void Progress::update(std::uint64_t runs, std::size_t findings) {
  if (!before_) before_ = runs;
  if (runs < look_at_) return;
  look_at_ = runs + kRunsBetweenLooks;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? Clock::duration(kTerminalPeriod) : Clock::duration(kLogPeriod));
  if (estimate_) traces_ = std::exchange(estimate_, {})();
  say(runs, findings, now - start_);
}

void Progress::say(std::uint64_t runs, std::size_t findings, Clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double per_second = static_cast<double>(runs - *before_) / seconds;
  const auto known = static_cast<double>(runs);
  const bool of_use = traces_ && known <= traces_->high;
  const std::string all = of_use ? " of " + about(traces_->at_least(known)) : "";
  const std::string line =
      fmt::format("{}: {} runs{}, {} distinct findings, {:.0f} runs/s{}", what_, runs, all,
                  findings, per_second, time_left(runs, total_, traces_, per_second));
  remark(fmt::format("{}{}{}", terminal_ ? "\r\033[K" : "", line, terminal_ ? "" : "\n"));
  shown_ = true;
}

}  // namespace cli
