import { it } from 'vitest'
import { testOwnKernels } from '../../fixtures/own-kernels.ts'
import { instructionSets } from '../../../src/main/worker/machine/environment.ts'

if (instructionSets().includes('avx2')) testOwnKernels('avx2')
else it('our own kernels with avx2 instructions', (context) => context.skip('this processor has no AVX2'))
