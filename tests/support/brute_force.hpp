/// Runs a search to its end and keeps what it saw, class by class, so that two searches can be
/// compared.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"

namespace testing {

/// What an execution showed. All linearisations of one trace must show the same.
struct Outcome {
  sim::Ending ending = sim::Ending::quiescent;
  std::uint64_t state = 0;
  std::set<std::string>
      findings;  ///< what of them does not depend on the order of independent steps

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Explored {
  using Traces = std::map<std::vector<std::uint64_t>, Outcome>;

  std::uint64_t executions = 0;
  std::uint64_t redundant = 0;  ///< cut by the search because others cover them
  std::uint64_t deadlocks = 0;  ///< executions
  std::uint64_t repeated = 0;   ///< executions of a trace that was there before
  bool complete = false;        ///< false: stopped at the cap
  std::string contradiction;    ///< two linearisations of one trace that showed different things
  Traces traces;

  std::set<std::uint64_t> states() const;
  std::set<std::string> findings() const;
};

/// At most `cap` executions. `model.final_state()` must be readable after any ending.
Explored explore_all(sim::Model& model, sim::Search& search, std::uint64_t cap,
                     const sim::ExecutionOptions& options = {});

/// The optimal search in units: each is ended when it has made `unit_size` executions that
/// ended, or been cut, and what is left of it becomes further units. 0: one unit. Counts the units.
Explored explore_units(sim::Model& model, std::uint64_t unit_size, std::uint64_t cap,
                       std::uint64_t& units);

/// Every interleaving, without reduction.
Explored brute_force(sim::Model& model, std::uint64_t cap,
                     const sim::ExecutionOptions& options = {});

/// What `reduced` got wrong in comparison with `all`; empty if nothing. `exactly_once`: a trace
/// must not be run to its end twice.
std::string difference(const Explored& all, const Explored& reduced, bool exactly_once = true);

}  // namespace testing
