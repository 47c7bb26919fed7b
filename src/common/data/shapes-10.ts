/**
 * Facts of shapes-10, which is generated alike to the last bit: a sweep over it can be planned, and its runs recognized, before it is
 * there. The checksum is that of its manifest.
 */
export const shapes10 = {
  name: 'shapes-10',
  title: 'Shapes-10',
  classes: ['disc', 'ring', 'square', 'triangle', 'cross', 'star', 'crescent', 'bars', 'dots', 'hourglass'],
  height: 32,
  width: 32,
  channels: 3,
  splits: { train: { count: 5000 }, test: { count: 1000 } },
  checksum: '20bffdca730d110e767ba015a9b8bc7423ca8ca7b07e5dc1d044c576dc81df48',
} as const
