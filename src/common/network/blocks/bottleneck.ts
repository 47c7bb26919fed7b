import type { BlockDefinition } from './block.ts'

/** 1x1, 3x3 and 1x1 layers, the last four times as wide (Fig. 5, right). */
export const bottleneck: BlockDefinition = {
  layers: 3,
  expansion: 4,
  convolutions: ({ bottleneckStride }, width, stride) => [
    { filters: width, kernel: 1, stride: bottleneckStride === '1x1' ? stride : 1 },
    { filters: width, kernel: 3, stride: bottleneckStride === '3x3' ? stride : 1 },
    { filters: bottleneck.expansion * width, kernel: 1 },
  ],
}
