/// Names and sentences as files and terminals may carry them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record.hpp"

namespace sim {

/// Printable ASCII: every other byte becomes `\xNN`, so that a hostile name can neither move a
/// cursor nor end a line.
std::string ascii(std::string_view text);

/// `text` cut into lines of at most `width` characters, at blanks where there are any. Line feeds
/// of the text end lines. Lines after the first are at most `width - hanging` long; the caller
/// indents them.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t hanging = 0);

/// Name of an actor as traces and schedules carry it: Record::actor_name with `\` before each '>',
/// '#' and '\' that belongs to a task's own name, so that two actors of one phase never share a
/// name.
std::string unique_name(const Record& record, ActorId actor);

/// The actor that `task` was in `phase`; kNoActor if there was none.
ActorId actor_of(const Record& record, Phase phase, TaskId task);

/// Unique names of `tasks` of `phase`, in order of birth paths.
std::vector<std::string> unique_names(const Record& record, Phase phase, TaskMask tasks);

std::string_view word(Phase phase);

}  // namespace sim
