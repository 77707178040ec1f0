/// Prints each goal beside its figure, and remembers whether one that must be met was not.
#pragma once

#include <optional>
#include <string_view>

#include "bench/rounds.hpp"

namespace bench {

struct Bound {
  double must;
  std::optional<double> stretch;  ///< none was set for some goals
  bool at_least = false;          ///< otherwise at most

  bool met_by(double value, double bound) const {
    return at_least ? value >= bound : value <= bound;
  }
};

class Scoreboard {
 public:
  void head(std::string_view title, std::string_view measured);
  /// Judged by its median.
  void row(std::string_view goal, std::string_view what, const Spread& measured,
           const Bound& bound);
  /// Something counted or measured once.
  void row(std::string_view goal, std::string_view what, double measured, const Bound& bound);
  /// Something that has to be so, exactly.
  void row(std::string_view goal, std::string_view what, std::string_view measured, bool holds);
  /// Beside a goal, for comparison; not judged.
  void aside(std::string_view what, const Spread& measured);
  void not_measured(std::string_view goal, std::string_view why);

  bool all_met() const { return missed_ == 0; }
  void sum_up() const;

 private:
  void judged(std::string_view goal, std::string_view what, std::string_view measured, double value,
              const Bound& bound);

  unsigned met_ = 0;
  unsigned missed_ = 0;
  unsigned not_measured_ = 0;
};

}  // namespace bench
