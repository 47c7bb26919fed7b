/** Where a published number stands. */
export interface Source {
  readonly work: string
  readonly place: string
}

/** arXiv 1512.03385, by He, Zhang, Ren and Sun. */
export function deepResidualLearning(place: string): Source {
  return { work: 'He et al. 2015', place }
}

/** The review of that paper whose reproduction started this project: a public PyTorch port, 164 epochs. */
export function review(place: string): Source {
  return { work: 'Review of He et al.', place }
}
