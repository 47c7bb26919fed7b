import type { Device } from '../../../../common/device.ts'
import type { PropagationAnswer, PropagationJob } from '../../../../common/rpc/propagation-job.ts'
import { type PropagationBackends, propagate } from './propagate.ts'
import { noiseImages, trialImages } from './trial-images.ts'

/** Does one look at a design, on the CPU in fp32. @throws SkiplabError bad-input where images cannot be read */
export async function propagateOnce(
  { data, threads, ...asked }: PropagationJob,
  backends: PropagationBackends,
): Promise<Extract<PropagationAnswer, { propagation: unknown }>> {
  const images = data ? await trialImages(data.folder, data.manifest, asked, threads) : noiseImages(asked)
  const device: Device = { kind: 'cpu', name: 'CPU', threads, precision: 'fp32' }
  try {
    return { propagation: await propagate({ ...asked, device }, images, backends) }
  } finally {
    await images.close()
  }
}
