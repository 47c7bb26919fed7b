// Shares numbered tasks out to threads.
#pragma once
#include <functional>

namespace skiplab {

/**
 * Runs `task(0)` to `task(count - 1)`, each once, on the calling thread and up to `threads - 1` others; returns when all are done.
 * The calling thread never waits for a task that nobody has begun: other work on the machine delays, but cannot block it.
 */
void shareOut(int count, int threads, const std::function<void(int)>& task);

}  // namespace skiplab
