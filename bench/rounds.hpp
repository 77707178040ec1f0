/// Rounds in which every workload runs once, in turn, so that a machine that slows down slows all
/// of them: what counts is the ratio of two times of one round, never a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bench {

/// Something to be measured, with what it needs made beforehand.
class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::string_view name() const = 0;
  /// Runs for about a hundredth of a second; returns how many units (switches, steps) that were.
  virtual std::uint64_t run() = 0;
};

/// Over all rounds; quartiles, since single rounds are disturbed by whatever else the machine does.
struct Spread {
  double low;  ///< first quartile
  double median;
  double high;  ///< third quartile
};

Spread spread_of(std::vector<double> values);

/// CPU nanoseconds a unit, one value for each round.
using Times = std::vector<double>;

/// One unmeasured round, then `rounds` measured ones; a row of times for each workload.
std::vector<Times> measure(const std::vector<Workload*>& workloads, unsigned rounds);

/// Of each round.
std::vector<double> ratios(const Times& times, const Times& anchor);

}  // namespace bench
