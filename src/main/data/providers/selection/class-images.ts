/** An image by the path that tells its class, and by the path of the file that holds it; a link makes the two differ. */
export interface ImageFile {
  readonly path: string
  readonly source: string
}

export type TreeSplit = 'train' | 'validation' | 'test'

/** Images by class; a class that has a folder and no image is there with none. */
export type ClassImages = Map<string, ImageFile[]>
