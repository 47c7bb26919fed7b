import { testOwnKernels } from '../../fixtures/own-kernels.ts'

testOwnKernels('baseline')
