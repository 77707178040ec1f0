#include "bench/scoreboard.hpp"

#include <cstdio>
#include <string>

#include <fmt/format.h>

namespace bench {
namespace {

std::string text_of(const Spread& spread) {
  const int digits = spread.median < 0.1 ? 4 : spread.median < 10 ? 2 : 1;
  return fmt::format("{:.{}f} ({:.{}f} .. {:.{}f})", spread.median, digits, spread.low, digits,
                     spread.high, digits);
}

void print_line(std::string_view goal, std::string_view what, std::string_view measured,
                std::string_view must, std::string_view stretch, std::string_view verdict) {
  fmt::print("{:<4} {:<58} {:>24} {:>8} {:>8}  {}\n", goal, what, measured, must, stretch, verdict);
  std::fflush(stdout);
}

}  // namespace

void Scoreboard::head(std::string_view title, std::string_view measured) {
  fmt::print("\n");
  print_line("", title, measured, "must", "stretch", "");
}

void Scoreboard::judged(std::string_view goal, std::string_view what, std::string_view measured,
                        double value, const Bound& bound) {
  const bool met = bound.met_by(value, bound.must);
  ++(met ? met_ : missed_);
  const bool stretched = bound.stretch && bound.met_by(value, *bound.stretch);
  print_line(goal, what, measured, fmt::format("{} {}", bound.at_least ? ">=" : "<=", bound.must),
             bound.stretch ? fmt::format("{}", *bound.stretch) : "",
             stretched ? "stretch met"
             : met     ? "met"
                       : "MISSED");
}

void Scoreboard::row(std::string_view goal, std::string_view what, const Spread& measured,
                     const Bound& bound) {
  judged(goal, what, text_of(measured), measured.median, bound);
}

void Scoreboard::row(std::string_view goal, std::string_view what, double measured,
                     const Bound& bound) {
  judged(goal, what, fmt::format("{:.3g}", measured), measured, bound);
}

void Scoreboard::row(std::string_view goal, std::string_view what, std::string_view measured,
                     bool holds) {
  ++(holds ? met_ : missed_);
  print_line(goal, what, measured, "exact", "", holds ? "met" : "MISSED");
}

void Scoreboard::aside(std::string_view what, const Spread& measured) {
  print_line("", what, text_of(measured), "", "", "");
}

void Scoreboard::not_measured(std::string_view goal, std::string_view why) {
  ++not_measured_;
  fmt::print("{:<4} not measured: {}\n", goal, why);
}

void Scoreboard::sum_up() const {
  fmt::print("\n{} met, {} missed, {} not measured\n", met_, missed_, not_measured_);
}

}  // namespace bench
