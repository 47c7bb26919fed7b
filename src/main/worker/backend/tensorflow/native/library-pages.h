#pragma once

namespace skiplab {

/**
 * Gives back the memory of all loaded libraries' code and constants; what is used again is read again, from the system's file
 * cache. Loading TensorFlow and compiling a graph touch about 280 MB of them, a training step 20. Linux only, elsewhere nothing.
 */
void releaseLibraryPages();

}  // namespace skiplab
