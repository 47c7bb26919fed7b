import { it } from 'vitest'
import { testOwnKernels } from '../../fixtures/own-kernels.ts'
import { instructionSets } from '../../../src/main/worker/machine/environment.ts'

if (instructionSets().includes('avx512_bf16')) testOwnKernels('avx512bf16')
else it('our own kernels with the bf16 instructions of AVX-512', (context) => context.skip('this processor has no bf16 in AVX-512'))
