/** Where a published number stands. */
export interface Source {
  readonly work: string
  readonly location: string
}

/** arXiv 1512.03385, by He, Zhang, Ren and Sun. */
export function deepResidualLearning(location: string): Source {
  return { work: 'He et al. 2015', location }
}

/** The review of that paper whose reproduction started this project: a public PyTorch port, 164 epochs. */
export function review(location: string): Source {
  return { work: 'Review of He et al.', location }
}
