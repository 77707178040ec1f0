#include "sim/explore/random_descent.hpp"

#include <algorithm>
#include <bit>

#include "sim/execution.hpp"

namespace sim {
namespace {

/// How often a descent goes where everything should come to sleep, in all of its points together.
constexpr double kStray = 0.1;

}  // namespace

void RandomDescent::start(std::uint64_t seed, std::uint64_t number) {
  random_ = Random(seed, number);
  contention_.start();
  over_probability_ = 1;
}

bool RandomDescent::settles(std::uint32_t step) const {
  return step == kBeforeSteps || !looks_ahead(step);
}

std::uint32_t RandomDescent::settle(std::span<const std::uint32_t> values) {
  const auto options = static_cast<std::uint32_t>(values.size());
  over_probability_ *= options;
  return values[random_.below(options)];
}

/// After a step that was only looked at nothing is run.
void RandomDescent::enter(const Execution& execution, std::uint32_t step) {
  if (step > 0 && looks_ahead(step - 1)) return;
  const Point& here = point(step);
  const TaskMask awake = here.enabled & ~sleep_sets().tasks(here.asleep);
  if (awake == 0) return;
  if (plans_.size() <= step) plans_.resize(step + std::size_t{1});
  Plan& plan = plans_[step];
  stand(execution, step);
  draw(awake, plan);
  plan.at = 0;
  plan.over_probability = over_probability_;
  run_next(step, plan.order[0]);
}

bool RandomDescent::vary(std::uint32_t step) {
  Plan& plan = plans_[step];
  run_next(step, plan.order[++plan.at]);
  return true;
}

void RandomDescent::stand(const Execution& execution, std::uint32_t step) {
  live_.clear();
  for (const Task* task : execution.live_tasks())
    live_.push_back({task->id, task->path, events().announced(execution, task->id).op});
  if (step > 0) {
    const TaskId latest = point(step - 1).task;
    const auto at = std::find_if(live_.begin(), live_.end(),
                                 [latest](const auto& standing) { return standing.id == latest; });
    if (at != live_.end()) std::rotate(live_.begin(), at, at + 1);
  }
  contention_.go_to(events(), step, live_, execution.enabled());
}

void RandomDescent::draw(TaskMask awake, Plan& plan) {
  const TaskMask among = contention_.smallest_persistent(awake) & awake;
  plan.order.clear();
  order_.clear();
  for (const TaskMask part : {among, awake & ~among}) {
    for (std::size_t task = 0; task < live_.size(); ++task) {
      if ((part & mask_of(live_[task].id)) == 0) continue;
      plan.order.push_back(live_[task].id);
      order_.push_back(task);
    }
  }
  const auto members = static_cast<std::uint32_t>(std::popcount(among));
  const auto others = static_cast<std::uint32_t>(plan.order.size()) - members;
  plan.taken = {};
  if (others > 0) {
    const auto one_in =
        static_cast<std::uint32_t>(static_cast<double>(contention_.longest()) / kStray) + 2;
    if (random_.below(one_in) == 0) {
      over_probability_ *= static_cast<double>(one_in) * others;
      plan.chosen = members + random_.below(others);
      return;
    }
    over_probability_ *= static_cast<double>(one_in) / (one_in - 1);
  }
  draw_among(awake, members, plan);
}

void RandomDescent::draw_among(TaskMask awake, std::uint32_t members, Plan& plan) {
  plan.chosen = 0;
  if (members == 1) return;
  weigh(members);
  plan.taken.point = contention_.moment_of_all(awake);
  plan.taken.branches = members;
  sizes_.apply(plan.taken.point, shares_);
  constexpr std::uint32_t kParts = 1U << 31;
  double drawn = static_cast<double>(random_.below(kParts)) / kParts;
  while (plan.chosen + 1 < members && drawn >= shares_[plan.chosen])
    drawn -= shares_[plan.chosen++];
  plan.taken.branch = plan.chosen;
  plan.taken.share = shares_[plan.chosen];
  over_probability_ /= plan.taken.share;
}

/// As URW: in proportion to the steps ahead that may matter. Whoever is drawn lets those before it
/// sleep, and each of them has to be overtaken by something that depends on it; of as many orders
/// as there are such steps, and one more, there is one in which it is not. So often the earlier
/// task is taken instead.
void RandomDescent::weigh(std::uint32_t members) {
  shares_.assign(members, 0);
  double total = 0;
  for (std::uint32_t drawn = 0; drawn < members; ++drawn) {
    double left = std::max(contention_.races_ahead(order_[drawn]), 1U);
    total += left;
    for (std::uint32_t earlier = 0; earlier < drawn; ++earlier) {
      if (contention_.next_dependent(order_[earlier], order_[drawn])) continue;
      const double instead = left / (contention_.races_of_next(order_[earlier]) + 1.0);
      shares_[earlier] += instead;
      left -= instead;
    }
    shares_[drawn] += left;
  }
  for (double& share : shares_) share /= total;
}

/// Of a whole descent: what was only looked at tells little.
void RandomDescent::reverse_races(const Execution& execution) {
  if (points() > 0 && looks_ahead(points() - 1)) return;
  contention_.learn(execution, events(), order());
  for (std::uint32_t step = 0; step < points(); ++step) {
    const Plan& plan = plans_[step];
    if (plan.taken.branches > 1) sizes_.add(plan.taken, traces() / plan.over_probability);
  }
}

}  // namespace sim
