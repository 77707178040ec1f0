#include "cli/help.hpp"

namespace cli::help {

const char* const kProgram = R"(Examples:
  fsweave replay scenarios/btrfs/buffered_write-vs-direct_write.json
  fsweave explore scenarios/btrfs/writeback-vs-reclaim.json --case unfixed
  fsweave check
  fsweave list scenarios

Replays and finds races between operations of ext4 and btrfs, deterministically.
'fsweave help COMMAND' tells more about each command.
)";

const char* const kExitCodes = R"(Exit codes:
  0 done and as the file expects, or nothing found    1 a finding nobody expected
  2 usage    3 bad input    4 inconclusive    5 a schedule or trace no longer fits
  6 output could not be written    70 a bug of fsweave    130/143 interrupted)";

const char* const kReplay = R"(Examples:
  fsweave replay scenarios/btrfs/buffered_write-vs-direct_write.json
  fsweave replay FILE --case documented --trace leak.jsonl
  fsweave replay leak.jsonl
  fsweave replay leak.jsonl --case today-goes-buffered   where does another kernel go another way?
  fsweave replay FILE --case C --schedule 'writer*3 kworker/endio-write*2 writer'

Replays each case that has a schedule, step by step, and shows what happened.
A trace (.jsonl) is replayed against the scenario that it names; every step is checked.
)";

const char* const kExplore = R"(Examples:
  fsweave explore scenarios/btrfs/writeback-vs-reclaim.json
  fsweave explore FILE --case today --strategy exhaustive
  fsweave explore FILE --case today --strategy exhaustive --preemptions 2
  fsweave explore FILE --case unfixed --strategy random --seed 7 --runs 10000
  fsweave explore FILE --case unfixed --seed 7 --execution 12 --trace twelve.jsonl
  fsweave explore FILE --case today --checkpoint today.search --resume
  fsweave explore FILE --case today --shard 1/3 --checkpoint one.search

Searches the interleavings of a case; without --case, of each case that has a search.
Each kind of finding comes with the command that replays its smallest witness.
What it prints does not depend on --jobs. With --checkpoint it may be killed at any time.
)";

const char* const kMerge = R"(Examples:
  fsweave merge one.search two.search three.search

Says what the shards of a search have found together: what the search prints that is not divided.
Refuses files that are not finished, damaged, or not all the shards of one search.
)";

const char* const kCheck = R"(Examples:
  fsweave check
  fsweave check scenarios/btrfs --tier full
  fsweave check my-race.json --verbose

Runs every case and compares its verdict with what the file expects.
)";

const char* const kShow = R"(Examples:
  fsweave show scenarios/btrfs/buffered_write-vs-direct_write.json
  fsweave show FILE --case documented --diagram      to paste into a commit message
  fsweave show FILE --case documented --table --all
  fsweave show leak.jsonl

Shows an execution: a table of its steps with the counters beside them, and a diagram.
A case without a schedule is shown as one task after the other.
)";

const char* const kList = R"(Examples:
  fsweave list scenarios
  fsweave list fixes
  fsweave list labels

Lists what can be named: scenarios, fixes, eras, labels or invariants.
)";

const char* const kImport = R"(Examples:
  fsweave import fsstress run.log -o run.json

Turns the log of another tool into a scenario.
)";

const char* const kImportFsstress = R"(Examples:
  fsweave import fsstress run.log -o run.json
  fsweave import fsstress run.log --shared-file -o one-inode.json
  fsweave import fsstress commit-message.txt -o quoted.json

Reads the output of fsstress -v, or a mail that quotes it, and writes a scenario: a task for
each process. Every line is accounted for. Without -o the scenario goes to standard output
and the account to standard error.
)";

const char* const kConform = R"(Examples:
  fsweave conform
  fsweave conform --file ext4-bigalloc
  fsweave conform --file nodatacow --record-only > kernel.txt
  fsweave conform --file nodatacow --recording kernel.txt

Runs one serial workload on a real btrfs or ext4 in an image file (root only) and on the model, and
compares counters, extents and tracepoints. With --recording it compares a recorded run, without
root.
)";

}  // namespace cli::help
