#include "gathered-convolution.h"

#include <algorithm>

namespace skiplab {
namespace {

Axis forwardsAlong(int extent, int results, const DirectConvolution& of) {
  return {results, extent, -of.padding, of.stride, {0, 1, of.kernel}, results, 0, 1};
}

/**
 * A pixel meets the taps whose outputs' windows begin a multiple of the stride away: tap = first + stride * nth, output = row + (place of
 * the first output) - nth. Later taps are those of earlier outputs.
 */
Axis backwardsAlong(int extent, int outputs, int place, const DirectConvolution& of) {
  const int first = (place + of.padding) % of.stride, count = first < of.kernel ? (of.kernel - 1 - first) / of.stride + 1 : 0;
  const int results = place < extent ? (extent - 1 - place) / of.stride + 1 : 0;
  const int origin = (place + of.padding) / of.stride - (count - 1);
  return {results, outputs, origin, 1, {first + of.stride * (count - 1), -of.stride, count}, extent, place, of.stride};
}

}  // namespace

Gathering forwards(const DirectConvolution& of) {
  return {of.images, forwardsAlong(of.height, of.outHeight(), of), forwardsAlong(of.width, of.outWidth(), of), of.in, of.out, false, of.kernel};
}

Gathering backwards(const DirectConvolution& of, int row, int column) {
  return {of.images, backwardsAlong(of.height, of.outHeight(), row, of), backwardsAlong(of.width, of.outWidth(), column, of), of.out, of.in, true, of.kernel};
}

bool isSmall(const DirectConvolution& of) { return of.kernel == 3 && of.stride == 1 && of.padding == 1 && of.height == 2 && of.width == 2; }

Gathering smallForwards(const DirectConvolution& of) {
  const Axis one{1, 1, 0, 1, {0, 1, 1}, 1, 0, 1};
  return {of.images, one, one, 4 * of.in, 4 * of.out, false, of.kernel, 2};
}

Gathering smallBackwards(const DirectConvolution& of) {
  const Axis one{1, 1, 0, 1, {0, 1, 1}, 1, 0, 1};
  return {of.images, one, one, 4 * of.out, 4 * of.in, true, of.kernel, 2};
}

namespace {

/** Steps that are cut into stretches: a tap's, if they are enough to be multiplied by themselves, else all. */
int cutTogether(const Gathering& of) { return of.channels >= 128 ? of.channels : of.depth(); }

}  // namespace

int stretchesOf(const Gathering& of) {
  const int together = cutTogether(of);
  return of.depth() / together * ((together + depthTogether - 1) / depthTogether);
}

Steps stretchOf(const Gathering& of, int nth) {
  const int together = cutTogether(of), each = (together + depthTogether - 1) / depthTogether;
  // About the same size, in whole vectors: a short one would take all gradients up for little.
  const int size = std::min(depthTogether, ((together + each - 1) / each + 15) / 16 * 16), first = nth % each * size;
  return {nth / each * together + first, std::min(size, together - first)};
}

int64_t gatheringScratch(const Gathering& of) { return int64_t(resultsTogether) * (depthTogether + of.filters); }

}  // namespace skiplab
