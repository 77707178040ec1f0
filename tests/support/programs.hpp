/// Small models for the tests of the engine, each written down as its tasks' bodies.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/cell.hpp"
#include "sim/execution.hpp"
#include "sim/model.hpp"
#include "sim/sync/mutex.hpp"

namespace testing {

/// A model made of marked variables, mutexes and functions.
class Program final : public sim::Model {
 public:
  using Body = std::function<void(Program&)>;

  Program(unsigned variables, unsigned locks) : values_(variables, 0), locks_(locks) {}

  Program& task(Body body) {
    bodies_.push_back(std::move(body));
    return *this;
  }
  Program& tasks(unsigned count, const std::function<Body(unsigned)>& body_of) {
    for (unsigned i = 0; i < count; ++i) bodies_.push_back(body_of(i));
    return *this;
  }
  Program& initially(unsigned variable, int value) {
    values_[variable] = value;
    return *this;
  }

  int read(unsigned variable) { return variables_[variable]->read_once(); }
  void write(unsigned variable, int value) { variables_[variable]->write_once(value); }
  int add(unsigned variable, int amount = 1);
  bool cas(unsigned variable, int expected, int desired) {
    return variables_[variable]->compare_exchange(expected, desired);
  }
  sim::mutex& lock(unsigned which) { return *mutexes_[which]; }
  int value(unsigned variable) const { return variables_[variable]->peek(); }

  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }
  std::uint64_t final_state() const override;

 private:
  std::vector<int> values_;
  unsigned locks_;
  std::vector<Body> bodies_;
  std::vector<sim::Marked<int>*> variables_;
  std::vector<sim::mutex*> mutexes_;
};

/// P1: one marked increment in each of K tasks that read and write apart; K tasks, one variable.
Program lost_updates(unsigned tasks);
/// P2: three tasks, each increments two variables by read and write and writes a third.
Program p2();
/// Did the execution that ended show the bug of P2, which needs three preemptions?
bool p2_fails(const Program& p2);
/// P3: the ABA problem on a stack of three nodes; `pad` more steps of the popper on its own
/// variable.
Program p3(unsigned pad = 0);
/// P5: three tasks of twenty marked accesses each, on variables of their own and one in common.
Program p5();
/// One writer, `readers` readers of one variable.
Program readers(unsigned readers);
/// Nidhugg's lastzero: a reader looks for the last zero of an array while `writers` tasks fill it.
Program last_zero(unsigned writers);
/// GenMC's families: `tasks` tasks that add to each of `variables` in turn (ainc, binc, cinc);
Program adds(unsigned tasks, unsigned variables);
/// that each turn one value of a variable into the next one (casrot);
Program casrot(unsigned tasks);
/// that compare with what one more task stores (wcas);
Program wcas(unsigned tasks);
/// that compare with what was there and then store: in the other order the counts differ (casw);
Program casw(unsigned tasks);
/// two tasks that both read what `n` - 1 others store to two variables (CoA).
Program coa(unsigned n);
/// Two tasks take two mutexes in opposite orders.
Program ab_ba();
Program philosophers(unsigned count);

/// A model made of a `start` function alone, for unit tests of one primitive. What the function
/// makes lives in the arena.
class Start final : public sim::Model {
 public:
  explicit Start(std::function<void(sim::Execution&)> start) : start_(std::move(start)) {}
  void build(sim::Execution&) override {}
  void start(sim::Execution& execution) override { start_(execution); }

 private:
  std::function<void(sim::Execution&)> start_;
};

}  // namespace testing
