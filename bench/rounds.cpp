#include "bench/rounds.hpp"

#include <time.h>

#include <algorithm>

namespace bench {
namespace {

double cpu_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double time_of(Workload& workload) {
  const double begin = cpu_nanoseconds();
  const std::uint64_t units = workload.run();
  return (cpu_nanoseconds() - begin) / static_cast<double>(units);
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t count = values.size();
  return {values[count / 4], values[count / 2], values[count - 1 - count / 4]};
}

std::vector<Times> measure(const std::vector<Workload*>& workloads, unsigned rounds) {
  std::vector<Times> times(workloads.size());
  for (Workload* workload : workloads) workload->run();
  for (unsigned round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < workloads.size(); ++i) times[i].push_back(time_of(*workloads[i]));
  return times;
}

std::vector<double> ratios(const Times& times, const Times& anchor) {
  std::vector<double> quotients;
  for (std::size_t i = 0; i < times.size(); ++i) quotients.push_back(times[i] / anchor[i]);
  return quotients;
}

}  // namespace bench
