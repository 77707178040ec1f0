/// One entry of a scenario's operation lists: a command, or an inline line of an `fsstress -v` log.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/scenario/command.hpp"

namespace scenario {

struct Operation {
  std::vector<Command>
      commands;  ///< none: a line that tells of no call that was made and succeeded
  std::optional<std::uint32_t> proc;  ///< of an fsstress line
};

/// Parses one entry. An fsstress line means the files "p<PROC>/<path>"; "creat" opens its file as
/// `open -f` does. Lines that tell of nothing to do ("creat add id=0,parent=-1", "dwrite -
/// xfsctl(...)", failed calls) hold no command. A call that the model does not know is an
/// InputError here, as nobody would count it.
Operation parse_operation(const PlacedText& source);

}  // namespace scenario
