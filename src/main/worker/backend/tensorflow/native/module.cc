// The native module: loading it into Node registers the ops with the TensorFlow that is loaded already.
#include <node_api.h>

#include "kernels.h"
#include "library-pages.h"
#include "op-support.h"

namespace {

/** Once a process, whatever the number of contexts that load the module. */
const TF_Status* registration() {
  static const skiplab::OwnedStatus status = [] {
    skiplab::OwnedStatus fresh(TF_NewStatus());
    skiplab::registerNormalization(fresh.get());
    skiplab::registerConvolution(fresh.get());
    skiplab::registerImages(fresh.get());
    skiplab::registerPooling(fresh.get());
    skiplab::registerShortcut(fresh.get());
    skiplab::registerUpdates(fresh.get());
    return fresh;
  }();
  return status.get();
}

napi_value releaseLibraryPages(napi_env, napi_callback_info) {
  skiplab::releaseLibraryPages();
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  if (TF_GetCode(registration()) != TF_OK) {
    napi_throw_error(env, nullptr, TF_Message(registration()));
    return nullptr;
  }
  napi_value instructions, release;
  if (napi_create_string_utf8(env, skiplab::kernels().instructions, NAPI_AUTO_LENGTH, &instructions) == napi_ok) napi_set_named_property(env, exports, "instructions", instructions);
  if (napi_create_function(env, "releaseLibraryPages", NAPI_AUTO_LENGTH, releaseLibraryPages, nullptr, &release) == napi_ok) napi_set_named_property(env, exports, "releaseLibraryPages", release);
  return exports;
}
