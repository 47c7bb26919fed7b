import { z } from 'zod'

/** Where a published number stands. */
export const sourceSchema = z.strictObject({
  work: z.string(),
  location: z.string(),
  /** Address on the web; null where there is none. */
  address: z.url().nullable(),
})
export type Source = Readonly<z.infer<typeof sourceSchema>>

/** arXiv 1512.03385, by He, Zhang, Ren and Sun. */
export function deepResidualLearning(location: string): Source {
  return { work: 'He et al. 2015', location, address: 'https://arxiv.org/abs/1512.03385' }
}

/** The review of that paper whose reproduction started this project: a public PyTorch port, 164 epochs. */
export function review(location: string): Source {
  return { work: 'Review of He et al.', location, address: null }
}

/** A public port to PyTorch, by its repository on GitHub. */
export function port(repository: 'a-martyn/resnet' | 'akamaster/pytorch_resnet_cifar10'): Source {
  return { work: repository.split('/')[0]!, location: 'README', address: `https://github.com/${repository}` }
}
