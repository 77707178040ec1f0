/// The programs that SPIN explores too, in its language. N and K are set when it reads them.
#pragma once

namespace bench {

/// P1(K): two processes, K increments under a lock each.
inline constexpr const char* kSpinP1 = R"(
bool m; byte c; byte done;
proctype T() { byte i = 0;
  do :: i < K -> atomic { !m -> m = 1 }; c = c + 1; m = 0; i++ :: else -> break od; done++ }
init { atomic { run T(); run T() }; done == 2; assert(c == 2 * K) }
)";

/// P2: three processes of five visible operations.
inline constexpr const char* kSpinP2 = R"(
byte x, y, z, done;
proctype T() { byte r, s; r = x; x = r + 1; s = y; y = s + 1; z = r * 4 + s; done++ }
init { atomic { run T(); run T(); run T() }; done == 3 }
)";

/// P4r(N): a writer and N readers; what they read is part of the state.
inline constexpr const char* kSpinReaders = R"(
byte x;
proctype W() { x = 1 }
proctype R() { byte v; v = x }
init { byte i; atomic { run W(); for (i : 1 .. N) { run R() } } }
)";

/// P4l(N): lastzero.
inline constexpr const char* kSpinLastZero = R"(
byte a[N + 1];
proctype T0() { byte i = N; byte v; do :: v = a[i]; if :: v != 0 -> i-- :: else -> break fi od }
proctype W(byte j) { byte v; v = a[j - 1]; a[j] = v + 1 }
init { byte i; atomic { run T0(); for (i : 1 .. N) { run W(i) } } }
)";

/// P4f(N): filesystem.
inline constexpr const char* kSpinFilesystem = R"(
bool locki[32], lockb[26], busy[26]; byte inode[32];
proctype T(byte tid) { byte b, k;
  atomic { !locki[tid] -> locki[tid] = 1 };
  if :: inode[tid] == 0 ->
       b = (tid * 2) % 26; k = 0;
       do :: k < 14 ->
            atomic { !lockb[b] -> lockb[b] = 1 };
            if :: !busy[b] -> busy[b] = 1; inode[tid] = b + 1; lockb[b] = 0; break
               :: else -> lockb[b] = 0; b = (b + 1) % 26; k++ fi
          :: else -> break od
     :: else fi;
  locki[tid] = 0 }
init { byte i; atomic { for (i : 0 .. N - 1) { run T(i) } } }
)";

}  // namespace bench
