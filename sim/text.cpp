#include "sim/text.hpp"

#include <algorithm>

namespace sim {

std::string ascii(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string plain;
  plain.reserve(text.size());
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f) {
      plain += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    plain += "\\x";
    plain += kDigits[byte >> 4];
    plain += kDigits[byte & 15];
  }
  return plain;
}

namespace {

/// Where the first line of `text` ends and the next begins, if it may be `width` long.
struct Cut {
  std::size_t end;
  std::size_t next;
};

Cut cut_line(std::string_view text, std::size_t width) {
  if (text.size() <= width) return {text.size(), text.size()};
  std::size_t blank = text.rfind(' ', width);
  while (blank != std::string_view::npos && blank > 0 && text[blank - 1] == ' ') --blank;
  if (blank == std::string_view::npos || blank == 0) return {width, width};
  const std::size_t next = text.find_first_not_of(' ', blank);
  return {blank, next == std::string_view::npos ? text.size() : next};
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t hanging) {
  std::vector<std::string> lines;
  std::size_t room = std::max<std::size_t>(width, 1);
  const std::size_t later = width > hanging ? width - hanging : 1;
  while (true) {
    const std::size_t feed = text.find('\n');
    const std::string plain = ascii(text.substr(0, feed));
    std::string_view paragraph = plain;
    do {
      const Cut cut = cut_line(paragraph, room);
      lines.emplace_back(paragraph.substr(0, cut.end));
      paragraph.remove_prefix(cut.next);
      room = later;
    } while (!paragraph.empty());
    if (feed == std::string_view::npos) return lines;
    text.remove_prefix(feed + 1);
  }
}

std::string unique_name(const Record& record, ActorId id) {
  const Actor& actor = record.actors[id];
  std::string name = actor.creator == kNoActor ? "" : unique_name(record, actor.creator) + ">";
  for (const char c : std::string_view(actor.name)) {
    if (c == '>' || c == '#' || c == '\\') name += '\\';
    name += ascii({&c, 1});
  }
  if (actor.number > 0) name += "#" + std::to_string(actor.number + 1);
  return name;
}

ActorId actor_of(const Record& record, Phase phase, TaskId task) {
  if (task == kNoTask) return kNoActor;
  // Slots are given out in order of birth from 0 in each phase, and so are actors.
  for (std::size_t first = 0; first < record.actors.size(); ++first) {
    if (record.actors[first].phase != phase) continue;
    const std::size_t actor = first + task;
    const bool there = actor < record.actors.size() && record.actors[actor].phase == phase;
    return there ? static_cast<ActorId>(actor) : kNoActor;
  }
  return kNoActor;
}

std::vector<std::string> unique_names(const Record& record, Phase phase, TaskMask tasks) {
  std::vector<ActorId> actors;
  for (TaskId task = 0; task < kMaxTasks; ++task)
    if ((tasks & mask_of(task)) != 0) actors.push_back(actor_of(record, phase, task));
  std::erase(actors, kNoActor);
  std::sort(actors.begin(), actors.end(),
            [&](ActorId a, ActorId b) { return record.actors[a].path < record.actors[b].path; });
  std::vector<std::string> names;
  names.reserve(actors.size());
  for (const ActorId actor : actors) names.push_back(unique_name(record, actor));
  return names;
}

std::string_view word(Phase phase) {
  switch (phase) {
    case Phase::setup: return "setup";
    case Phase::explored: return "explored";
    case Phase::teardown: return "teardown";
  }
  return "";
}

}  // namespace sim
