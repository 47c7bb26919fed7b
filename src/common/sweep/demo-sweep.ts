import type { Sweep } from './sweep.ts'

/**
 * The demo: shallow against deep, with and without shortcuts, so far apart that ten epochs on small images tell, however a processor
 * rounds. A plain net of 38 layers was now and then nearly as good as the shallow one, one of 56 learned nothing; 44 layers ended
 * between 13 and 82 % training error (three seeds, bf16), the residual net below 2 %.
 */
export const demoSweep: Sweep = {
  name: 'demo',
  dataset: 'shapes-10',
  recipe: 'demo',
  set: {},
  architecture: 'cifar',
  families: ['plain', 'residual'],
  depths: [8, 44],
  shortcuts: ['A'],
  widths: [[16, 32, 64]],
  seeds: 1,
  priority: 0,
}
