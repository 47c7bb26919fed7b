// What every op needs around TensorFlow's C API.
#pragma once
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>
#include <tensorflow/c/tf_tensor.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace skiplab {

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using OwnedStatus = std::unique_ptr<TF_Status, StatusDeleter>;
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;

/** As many as TensorFlow takes for one op: it reads the same variable. */
inline int threads() {
  static const int count = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int number = asked ? std::atoi(asked) : 0;
    return number > 0 ? number : std::max(1, int(std::thread::hardware_concurrency()));
  }();
  return count;
}

/** One call of an op; after a failure every further step is a no-op and `ok` is false. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  Call(const Call&) = delete;
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_.get());
  }

  bool ok() const { return TF_GetCode(status_.get()) == TF_OK; }

  void fail(const char* why) { TF_SetStatus(status_.get(), TF_INVALID_ARGUMENT, why); }

  Tensor input(int index) {
    TF_Tensor* tensor = nullptr;
    if (ok()) TF_GetInput(context_, index, &tensor, status_.get());
    return Tensor(tensor);
  }

  /** In the memory of an input of that shape among the candidates when nobody else needs it any more, else in fresh memory. */
  Tensor outputLike(int index, const std::vector<int64_t>& shape, const std::vector<int>& candidates) {
    int forwarded = -1;
    if (!ok()) return nullptr;
    return Tensor(TF_ForwardInputOrAllocateOutput(context_, candidates.data(), int(candidates.size()), index, shape.data(), int(shape.size()), &forwarded, status_.get()));
  }

  /** In fresh memory; T is float or bf16. */
  template <typename T>
  Tensor output(int index, const std::vector<int64_t>& shape) {
    size_t count = 1;
    for (const int64_t extent : shape) count *= size_t(extent);
    if (!ok()) return nullptr;
    const TF_DataType type = std::is_same<T, float>::value ? TF_FLOAT : TF_BFLOAT16;
    return Tensor(TF_AllocateOutput(context_, index, type, shape.data(), int(shape.size()), count * sizeof(T), status_.get()));
  }

  /** Gives a tensor that is there already. */
  void give(int index, const Tensor& tensor) {
    if (ok()) TF_SetOutput(context_, index, tensor.get(), status_.get());
  }

 private:
  TF_OpKernelContext* context_;
  OwnedStatus status_;
};

/** Null for a tensor that is not there. */
template <typename T>
T* data(const Tensor& tensor) {
  return tensor ? static_cast<T*>(TF_TensorData(tensor.get())) : nullptr;
}

inline std::vector<int64_t> shapeOf(const Tensor& tensor) {
  std::vector<int64_t> shape;
  for (int axis = 0; tensor && axis < TF_NumDims(tensor.get()); ++axis) shape.push_back(TF_Dim(tensor.get(), axis));
  return shape;
}

/** An op's attributes while it is made; a missing one fails the op. */
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction), status_(TF_NewStatus()) {}
  Attributes(const Attributes&) = delete;
  ~Attributes() {
    if (TF_GetCode(status_.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction_, status_.get());
  }

  bool boolean(const char* name) {
    unsigned char value = 0;
    TF_OpKernelConstruction_GetAttrBool(construction_, name, &value, status_.get());
    return value != 0;
  }
  int integer(const char* name) {
    int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(construction_, name, &value, status_.get());
    return value;
  }
  float number(const char* name) {
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status_.get());
    return value;
  }
  std::vector<int64_t> integers(const char* name) {
    int32_t length = -1, total = 0;
    TF_OpKernelConstruction_GetAttrSize(construction_, name, &length, &total, status_.get());
    std::vector<int64_t> values(size_t(std::max(0, length)));
    if (TF_GetCode(status_.get()) == TF_OK) TF_OpKernelConstruction_GetAttrInt64List(construction_, name, values.data(), length, status_.get());
    return values;
  }

 private:
  TF_OpKernelConstruction* construction_;
  OwnedStatus status_;
};

struct OpDefinition {
  const char* name;
  std::initializer_list<const char*> inputs, outputs, attributes;
  /** Whether it changes more than its outputs, so that TensorFlow may not leave out or merge nodes of it. */
  bool stateful = false;
};

/** Shapes of outputs are left open: nothing that is built on these ops needs them beforehand. */
inline void registerOp(const OpDefinition& op, TF_Status* status) {
  if (TF_GetCode(status) != TF_OK) return;
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  TF_OpDefinitionBuilderSetIsStateful(builder, op.stateful);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(builder, status);
}

/** `Op` is made from Attributes and called with a context. */
template <typename Op>
void registerKernel(const char* op, TF_DataType type, TF_Status* status) {
  if (TF_GetCode(status) != TF_OK) return;
  const auto create = [](TF_OpKernelConstruction* construction) -> void* {
    Attributes attributes(construction);
    return new Op(attributes);
  };
  const auto compute = [](void* made, TF_OpKernelContext* context) { (*static_cast<Op*>(made))(context); };
  const auto destroy = [](void* made) { delete static_cast<Op*>(made); };
  TF_KernelBuilder* builder = TF_NewKernelBuilder(op, "CPU", create, compute, destroy);
  TF_KernelBuilder_TypeConstraint(builder, "T", type, status);
  if (TF_GetCode(status) == TF_OK) TF_RegisterKernelBuilder(op, builder, status);
}

void registerNormalization(TF_Status* status);
void registerConvolution(TF_Status* status);
void registerImages(TF_Status* status);
void registerPooling(TF_Status* status);
void registerShortcut(TF_Status* status);
void registerUpdates(TF_Status* status);

}  // namespace skiplab
