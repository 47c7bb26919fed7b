import { it } from 'vitest'
import { testOwnKernels } from '../../fixtures/own-kernels.ts'
import { instructionSets } from '../../../src/main/worker/machine/environment.ts'

if (instructionSets().includes('avx512f')) testOwnKernels('avx512')
else it('our own kernels with avx512 instructions', (context) => context.skip('this processor has no AVX-512'))
