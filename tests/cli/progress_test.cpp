#include "cli/progress.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "cli/search_report.hpp"

namespace {

sim::TraceEstimate estimate(double mean, double low, double high) {
  return {.samples = 600, .different = 100, .mean = mean, .low = low, .high = high, .variation = 1};
}

TEST_CASE("the time left comes with the error of the estimate") {
  const sim::TraceEstimate traces = estimate(1000, 800, 1500);
  CHECK(cli::time_left(500, 0, traces, 100) == ", 5 s left (3 s to 10 s)");
  CHECK(cli::time_left(500, 0, traces, 0.1) == ", 83 min left (50 min to 3 h)");
  CHECK(cli::time_left(500, 0, traces, 0.001) == ", 5.79 days left (3.47 days to 11.6 days)");
}

TEST_CASE("a search that is longer than was estimated does not say that it is ready soon") {
  const sim::TraceEstimate traces = estimate(1000, 800, 1500);
  CHECK(cli::time_left(1200, 0, traces, 100) == ", more than were estimated: up to 3 s left");
  CHECK(cli::time_left(1501, 0, traces, 100) ==
        ", more than were estimated: the time left is not known");
}

TEST_CASE("the time left is that to the limit on runs where that comes first") {
  const sim::TraceEstimate traces = estimate(1000, 800, 1500);
  CHECK(cli::time_left(500, 600, traces, 100) == ", 1 s left");
  CHECK(cli::time_left(500, 2000, traces, 100) == ", 5 s left (3 s to 10 s)");
  CHECK(cli::time_left(500, 600, {}, 100) == ", 1 s left");
  CHECK(cli::time_left(500, 0, {}, 100).empty());
}

TEST_CASE("nothing is said of the time left where nothing was run") {
  CHECK(cli::time_left(0, 0, estimate(1000, 800, 1500), 0).empty());
}

TEST_CASE("an estimate whose samples lie far apart is shown with a warning") {
  sim::TraceEstimate traces = estimate(1000, 800, 1500);
  CHECK(cli::about(traces) == "about 1000 traces (800 to 1500)");
  CHECK(cli::about(traces.at_least(1200)) == "about 1200 traces (1200 to 1500)");
  CHECK(cli::about(estimate(34'567, 33'333, 1'234'567)) ==
        "about 34600 traces (33300 to 1.23e+06)");
  traces.variation = 3.14;
  CHECK(cli::about(traces) ==
        "about 1000 traces (800 to 1500 or more; doubtful, samples vary by 3.1 times their mean)");
  CHECK(cli::time_left(500, 0, traces, 100) == ", 5 s left (3 s to 10 s or more)");
  traces.high = std::numeric_limits<double>::infinity();
  CHECK(cli::about(traces) == "at least 800 traces, too many to estimate");
  CHECK(cli::time_left(500, 0, traces, 100) == ", time left not known");
}

}  // namespace
