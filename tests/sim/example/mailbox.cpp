// A writer puts a letter into a mailbox and rings; a reader sleeps until there is one.
#include <cstdio>

#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/verdict.hpp"
#include "sim/sync/wait_queue.hpp"

class Mailbox final : public sim::Model {
 public:
  explicit Mailbox(bool ring_first) : ring_first_(ring_first) {}

  void build(sim::Execution& execution) override {
    letters_ = &execution.make<sim::Marked<int>>(sim::ObjectName{"letters"}, 0U, 0);
    bell_ = &execution.make<sim::wait_queue>(sim::ObjectName{"bell"});
  }
  void start(sim::Execution& execution) override {
    execution.spawn("writer", [this] { put(); });
    execution.spawn("reader", [this] { get(); });
  }

 private:
  void put() {
    if (ring_first_) bell_->wake_up_all();  // the mistake: nothing is there yet
    letters_->store_release(1);
    if (!ring_first_) bell_->wake_up_all();
  }

  void get() {
    bell_->wait_event(*letters_, [](int letters) { return letters > 0; });
  }

  const bool ring_first_;
  sim::Marked<int>* letters_ = nullptr;
  sim::wait_queue* bell_ = nullptr;
};

int main() {
  for (const bool ring_first : {true, false}) {
    Mailbox model(ring_first);
    sim::Execution execution;
    sim::OptimalDpor every_order;
    const sim::SearchResult result = sim::explore(execution, model, every_order);
    std::printf("%s\n", sim::judge(result).sentence.c_str());
    for (const sim::SeenFinding& seen : result.findings)
      std::printf("  %s\n  %s\n", seen.finding.text.c_str(), to_text(seen.witness).c_str());
  }
}
