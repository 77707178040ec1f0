/// The checking build carried to the end. A reduction believes what steps declare; an access that
/// nobody declared is the one error that it cannot notice by itself. So after each step the model's
/// memory is compared with what it was, and every byte that changed has to belong to
///  - a cell that was written through its own functions in that step (or what its container
///    allocated while it was),
///  - an object of the engine, whose operations are visible, or memory declared as no part of the
///    modelled kernel, or
///  - memory that the task, or one that spawned it, allocated and that is in no cell: nobody else
///    may change that. A plain struct that two tasks change is refused, and so is a plain member of
///    an object that has cells (or locks) as well, and that is there for others, then: whoever
///    changes it.
/// Likewise a task that looks at a cell past its guard, as only invariants and reports may.
///
/// Setup and teardown have one fixed order; what they change is not looked at.
///
/// What it cannot see: a value that is written over with the same value; a plain struct without a
/// cell that a task reads and another had written before it was shared; a write of a creator's or a
/// descendant's own memory that only bad luck orders; memory outside the arena, stacks among it.
/// The complaints are the checking build's own, no findings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/arena.hpp"
#include "sim/record.hpp"

namespace sim {

class FootprintAudit {
 public:
  explicit FootprintAudit(const Arena& arena) : arena_(arena) {}

  /// A new execution, with an empty arena.
  void begin();

  /// [memory, memory + bytes) is the value of a cell; `name` is static storage.
  void add_cell(const void* memory, std::size_t bytes, const char* name);
  /// [memory, memory + bytes) is the engine's or a ghost's.
  void exempt(const void* memory, std::size_t bytes);
  /// [memory, memory + bytes) is one object of the model; `type` as std::type_info names it.
  void add_object(const void* memory, std::size_t bytes, const char* type);

  /// The cell at `memory` is being written through its own functions.
  void wrote(const void* memory);
  /// A task looks at a cell past its guard.
  void peeked(const Record& record, ActorId reader, const char* name);

  /// Compares what `writer` changed since the last call. kNoActor: the model, outside any task.
  /// `searched`: else nothing runs beside it, and what it changes is its own affair.
  void compare(const Record& record, ActorId writer, bool searched);

  /// "writer changed i_size past its cell", each once.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  /// A stretch of the arena that is a cell's value, or exempt.
  struct Known {
    std::size_t end;
    const char* name;  ///< nullptr: exempt
  };
  /// What one task allocated between two comparisons.
  struct Allocated {
    std::size_t end;  ///< begins where the one before ends
    ActorId by;
    std::vector<std::size_t> written;  ///< cells that were written meanwhile: a container's nodes
  };

  /// An object of the model.
  struct Made {
    std::size_t end;
    const char* type;
  };

  void look_at(const Record& record, std::size_t offset, ActorId writer);
  bool has_cells(std::size_t begin, std::size_t end) const;
  std::string place_of(const Record& record, std::size_t offset) const;
  bool is_written(std::size_t cell) const;
  bool owns(const Record& record, const Allocated& memory, ActorId writer) const;
  const Allocated& allocation_of(std::size_t offset) const;
  void complain(const Record& record, ActorId who, const std::string& what);

  const Arena& arena_;
  std::vector<std::byte> before_;  ///< the arena as it was at the last comparison
  std::map<std::size_t, Known> known_;
  std::map<std::size_t, Made> made_;
  std::vector<Allocated> allocated_;
  std::vector<std::size_t> written_;  ///< cells, since the last comparison
  std::vector<std::string> complaints_;
};

}  // namespace sim
