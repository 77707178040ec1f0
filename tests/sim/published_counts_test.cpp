// Counts that others published or derived by an independent brute-force counter (GenMC, Nidhugg). A
// complete execution of the search is one Mazurkiewicz trace, run once. Where it is known how many
// traces can be had with at most 0, 1, 2, ... preemptions, the bounded search has to agree.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/preemption_bounded.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/programs.hpp"

namespace {

using testing::Explored;
using testing::Program;
using Body = Program::Body;

Explored reduced(Program& program) {
  sim::OptimalDpor search;
  Explored explored = testing::explore_all(program, search, 2'000'000);
  CHECK(explored.complete);
  CHECK(explored.repeated == 0);
  CHECK(explored.redundant == 0);
  return explored;
}

void expect(const std::string& name, Program program, std::uint64_t traces) {
  INFO(name);
  CHECK(reduced(program).traces.size() == traces);
}

using Within = std::vector<std::uint64_t>;

/// `within`: the traces with at most 0, 1, ... preemptions; the last of them are all.
void expect(const std::string& name, const Program& program, const Within& within) {
  expect(name, program, within.back());
  for (std::uint32_t bound = 0; bound <= within.size(); ++bound) {
    INFO(name << " with " << bound << " preemptions");
    Program copy = program;
    sim::PreemptionBounded search(bound, std::size_t{1} << 28);
    const Explored explored = testing::explore_all(copy, search, 2'000'000);
    CHECK(explored.complete);
    CHECK(explored.repeated == 0);
    CHECK(explored.traces.size() == within[std::min<std::size_t>(bound, within.size() - 1)]);
    if (explored.traces.size() < within.back()) CHECK(search.preemption_bound() == bound);
  }
}

std::uint64_t factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }

Body writes(unsigned variable, int count = 1) {
  return [=](Program& p) {
    for (int i = 0; i < count; ++i) p.write(variable, i + 1);
  };
}
Body reads(unsigned variable, int count = 1) {
  return [=](Program& p) {
    for (int i = 0; i < count; ++i) p.read(variable);
  };
}
Body writes_then_reads(unsigned written, unsigned read) {
  return [=](Program& p) {
    p.write(written, 1);
    p.read(read);
  };
}
Body reads_both(unsigned first, unsigned second) {
  return [=](Program& p) {
    p.read(first);
    p.read(second);
  };
}
Body writes_both(unsigned first, unsigned second) {
  return [=](Program& p) {
    p.write(first, 1);
    p.write(second, 2);
  };
}
Body adds(unsigned variables) {
  return [=](Program& p) {
    for (unsigned v = 0; v < variables; ++v) p.add(v);
  };
}
/// One task for each body.
Program program(unsigned variables, const std::vector<Body>& bodies) {
  Program made(variables, 1);
  for (const Body& body : bodies) made.task(body);
  return made;
}

Body locks(bool tries, bool unlocks = true) {
  return [=](Program& p) {
    if (tries) {
      if (!p.lock(0).try_lock()) return;
    } else {
      p.lock(0).lock();
    }
    if (unlocks) p.lock(0).unlock();
  };
}

}  // namespace

TEST_CASE("Litmus tests of two to five threads have their published number of traces") {
  expect("SB", program(2, {writes_then_reads(0, 1), writes_then_reads(1, 0)}), Within{2, 3});
  expect("MP", program(2, {writes_both(0, 1), reads_both(1, 0)}), Within{2, 3});
  expect("2+2W", program(2, {writes_both(0, 1), writes_both(1, 0)}), Within{2, 3});
  const auto read_then_write = [](unsigned read, unsigned written) -> Body {
    return [=](Program& p) {
      p.read(read);
      p.write(written, 1);
    };
  };
  expect("LB", program(2, {read_then_write(0, 1), read_then_write(1, 0)}), Within{2, 3});
  expect("CoRR", program(1, {writes(0, 2), reads(0, 2)}), Within{2, 4, 6});
  expect("CoRR0", program(1, {writes(0), reads(0), reads(0)}), Within{4});
  expect("CoRR1", program(1, {writes(0), writes(0), reads(0, 2), reads(0)}), Within{18, 36});
  expect("CoRR2", program(1, {writes(0), writes(0), reads(0, 2), reads(0, 2)}), Within{18, 54, 72});
  expect("CoWR", program(1, {writes_then_reads(0, 0), writes(0)}), Within{2, 3});
  expect("W+RRR+W", program(1, {writes(0), reads(0, 3), writes(0)}), Within{6, 18, 20});
  expect("RWC+syncs", program(2, {writes(0), reads_both(0, 1), writes_then_reads(1, 0)}),
         Within{6, 7});
  expect("Z6+acq", program(3, {writes_both(0, 1), writes_both(1, 2), reads_both(2, 0)}),
         Within{6, 7});
  expect("fr+w+w+w+reads", program(1, {writes(0), writes(0), writes(0), reads(0, 4)}),
         Within{24, 132, 204, 210});
  expect("inc2w", program(1, {adds(1), writes(0), writes(0)}), Within{6});
  expect("inc+inc+RR+W+RR", program(1, {adds(1), adds(1), reads(0, 2), writes(0), reads(0, 2)}),
         Within{96, 384, 600});
  const Body copies = [](Program& p) { p.write(1, p.read(0)); };
  expect("IRIWish", program(2, {writes(0), copies, reads_both(0, 1), reads_both(1, 0)}),
         Within{18, 27});
}

TEST_CASE("Families of programs have their published number of traces") {
  for (const unsigned n : {2U, 8U})
    expect("readers", testing::readers(n), Within{std::uint64_t{1} << n});
  for (unsigned n = 2; n <= 6; ++n) expect("ainc", testing::adds(n, 1), Within{factorial(n)});
  expect("binc(2)", testing::adds(2, 2), Within{2, 4});
  expect("binc(3)", testing::adds(3, 2), Within{6, 24, 36});
  expect("binc(4)", testing::adds(4, 2), Within{24, 168, 432, 576});
  expect("cinc(2)", testing::adds(2, 3), Within{2, 6, 8});
  expect("cinc(3)", testing::adds(3, 3), Within{6, 42, 120, 192, 216});
  expect("N-writers(4)",
         program(1, {writes(0), writes(0), writes(0), writes(0), writes(0), reads(0)}),
         Within{720});
  expect("three tasks of three stores", program(1, {writes(0, 3), writes(0, 3), writes(0, 3)}),
         Within{6, 42, 192, 552, 1062, 1506, 1680});
  expect("three tasks of two stores", program(1, {writes(0, 2), writes(0, 2), writes(0, 2)}), 90);
  expect("lastzero(5)", testing::last_zero(5), Within{64});
  expect("lastzero(10)", testing::last_zero(10), 3328);
}

TEST_CASE("A failed compare-and-exchange is a read") {
  for (unsigned n = 2; n <= 6; ++n)
    expect("cas",
           Program(1, 0).tasks(n,
                               [](unsigned i) -> Body {
                                 return [i](Program& p) { p.cas(0, 0, static_cast<int>(i) + 1); };
                               }),
           n);
  constexpr std::uint64_t kRotating[] = {2, 5, 14, 43, 144};
  for (unsigned n = 2; n <= 6; ++n) expect("casrot", testing::casrot(n), Within{kRotating[n - 2]});
  constexpr std::uint64_t kWithWriter[] = {5, 13, 33, 81, 193, 449};
  for (unsigned n = 2; n <= 7; ++n) expect("wcas", testing::wcas(n), kWithWriter[n - 2]);
  expect("casw(2)", testing::casw(2), Within{2, 4, 6});
  expect("casw(3)", testing::casw(3), Within{6, 24, 54, 66});
  expect("casw(4)", testing::casw(4), Within{24, 168, 576, 1056, 1200});
}

TEST_CASE("CoA has its published number of traces") {
  expect("CoA(1)", testing::coa(1), Within{2, 4});
  expect("CoA(2)", testing::coa(2), Within{6, 15});
  expect("CoA(3)", testing::coa(3), Within{24, 90, 130});
  expect("CoA(4)", testing::coa(4), 2028);
}

TEST_CASE("Locks are ordered by their acquisitions") {
  const Body lockinc = [](Program& p) {
    p.lock(0).lock();
    p.write(0, p.read(0) + 1);
    p.lock(0).unlock();
  };
  for (unsigned n = 2; n <= 6; ++n)
    expect("lockinc", Program(1, 1).tasks(n, [&](unsigned) { return lockinc; }), factorial(n));
  const Body lock2inc = [](Program& p) {
    p.lock(0).lock();
    p.write(0, p.read(0) + 1);
    p.write(1, p.read(1) + 1);
    p.lock(0).unlock();
  };
  for (unsigned n = 2; n <= 5; ++n)
    expect("lock2inc", Program(2, 1).tasks(n, [&](unsigned) { return lock2inc; }), factorial(n));
  expect("lockrev-in-place",
         program(1, {writes(0),
                     [](Program& p) {
                       p.lock(0).lock();
                       p.write(0, 1);
                       p.lock(0).unlock();
                     },
                     [](Program& p) {
                       p.lock(0).lock();
                       p.write(0, 2);
                       p.read(0);
                       p.lock(0).unlock();
                     }}),
         Within{6, 8});
  expect("mutex_order_2", program(0, {locks(false), locks(false)}), 2);
  expect("mutex_order_3", program(0, {locks(false), locks(false), locks(false)}), 6);
  expect("two disjoint locks",
         Program(0, 2).tasks(2,
                             [](unsigned i) -> Body {
                               return [i](Program& p) {
                                 p.lock(i).lock();
                                 p.lock(i).unlock();
                               };
                             }),
         1);
}

TEST_CASE("Deadlocked executions are traces of their own") {
  expect("mutex_deadlock_2", program(0, {locks(false, false), locks(false, false)}), 2);
  expect("mutex_deadlock_3",
         program(0, {locks(false, false), locks(false, false), locks(false, false)}), 3);
  const auto leaks_unless = [](int number) -> Body {
    return [number](Program& p) {
      p.lock(0).lock();
      if (p.add(0) == number) p.lock(0).unlock();
    };
  };
  expect("mutex_hard", program(1, {leaks_unless(0), leaks_unless(1), leaks_unless(2)}), 4);
}

TEST_CASE("A try-lock races with the acquisition and with the release") {
  expect("Mutex_trylock_1", program(0, {locks(true), locks(true)}), 4);
  expect("Mutex_trylock_2", program(0, {locks(false), locks(true), locks(false)}), 10);
  expect("mutex_vs_trylock_1", program(0, {locks(true), locks(false)}), 3);
  // Nidhugg prints 24 and 16, because it orders failed attempts among each other. By hand: all
  // three take it in 3! orders; two of three take it in 6 (4) orders and the other fails in either
  // section; two fail in the section of the third.
  expect("mutex_trylock_unlock", program(0, {locks(true), locks(true), locks(true)}), 6 + 12 + 3);
  expect("mutex_vs_trylock_2", program(0, {locks(true), locks(true), locks(false)}), 6 + 8 + 1);
}

TEST_CASE("AB-BA deadlocks in one of three traces and six interleavings") {
  Program program = testing::ab_ba();
  const Explored classes = reduced(program);
  CHECK(classes.traces.size() == 3);
  CHECK(classes.deadlocks == 1);
  CHECK(testing::brute_force(program, 100).executions == 6);
}

TEST_CASE("Three philosophers deadlock in one of seven traces and 168 interleavings") {
  Program program = testing::philosophers(3);
  const Explored classes = reduced(program);
  CHECK(classes.traces.size() == 7);
  CHECK(classes.deadlocks == 1);
  CHECK(testing::brute_force(program, 1000).executions == 168);
}

TEST_CASE("A lost update has four traces") { expect("lost update", testing::lost_updates(2), 4); }

TEST_CASE("The plain search runs every interleaving of the ABA program") {
  Program program = testing::p3();
  const Explored all = testing::brute_force(program, 1000);
  CHECK(all.executions == 455);
  CHECK(testing::difference(all, reduced(program)) == "");
}

TEST_SUITE("long") {
  TEST_CASE("The plain search runs all 756,756 interleavings of P2") {
    Program program = testing::p2();
    const Explored all = testing::brute_force(program, 1'000'000);
    CHECK(all.executions == 756'756);
    CHECK(testing::difference(all, reduced(program)) == "");
  }
  TEST_CASE("Larger members of the published families") {
    expect("readers(13)", testing::readers(13), 8192);
    expect("cinc(4)", testing::adds(4, 3), 13'824);
    expect("casw(5)", testing::casw(5), Within{120, 1320, 6720, 18'720, 30'000, 32'880});
    expect("lockinc(8)", Program(0, 1).tasks(8, [](unsigned) { return locks(false); }), 40'320);
  }
}
