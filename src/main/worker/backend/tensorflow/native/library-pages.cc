#include "library-pages.h"

#if defined(__linux__)
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace skiplab {
namespace {

/** Whether the loader wrote into the code: such pages are no longer those of the file. */
bool hasTextRelocations(const dl_phdr_info& library) {
  for (int index = 0; index < library.dlpi_phnum; ++index) {
    const ElfW(Phdr)& segment = library.dlpi_phdr[index];
    if (segment.p_type != PT_DYNAMIC) continue;
    for (const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(library.dlpi_addr + segment.p_vaddr); entry->d_tag != DT_NULL; ++entry)
      if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return true;
  }
  return false;
}

int release(dl_phdr_info* library, size_t, void*) {
  if (hasTextRelocations(*library)) return 0;
  const auto page = static_cast<ElfW(Addr)>(sysconf(_SC_PAGESIZE));
  for (int index = 0; index < library->dlpi_phnum; ++index) {
    const ElfW(Phdr)& segment = library->dlpi_phdr[index];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W)) continue;
    // Whole pages of the file alone: the last one may hold more than the segment.
    const ElfW(Addr) start = library->dlpi_addr + segment.p_vaddr, first = (start + page - 1) / page * page, end = (start + segment.p_filesz) / page * page;
    // A refusal leaves the pages where they are.
    if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void releaseLibraryPages() { dl_iterate_phdr(release, nullptr); }

}  // namespace skiplab
#else
namespace skiplab {
void releaseLibraryPages() {}
}  // namespace skiplab
#endif
