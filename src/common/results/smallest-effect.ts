/** Smallest difference of errors that is worth telling from none, a fraction, unless said otherwise. */
export const smallestEffect = 0.005
