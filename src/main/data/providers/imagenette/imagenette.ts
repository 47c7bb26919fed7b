import { importImageFolder } from '../image-folder/image-folder.ts'
import { importArchive } from '../import-archive.ts'
import type { DatasetProvider } from '../provider.ts'

export interface PhotoArchive {
  readonly name: string
  readonly title: string
  readonly url: string
  readonly md5: string
}

/** Pixels of an import that does not say otherwise. */
const defaultSide = 64

/** Archives of fast.ai (github.com/fastai/imagenette), version 2. The number is the length of the shorter side. */
const officialArchives: readonly PhotoArchive[] = [
  ['imagenette-160', 'Imagenette, 160 px', 'imagenette2-160.tgz', 'e793b78cc4c9e9a4ccc0c1155377a412'],
  ['imagenette-320', 'Imagenette, 320 px', 'imagenette2-320.tgz', '3df6f0d01a2c9592104656642f5e78a3'],
  ['imagenette', 'Imagenette, full size', 'imagenette2.tgz', 'fe2fc210e6bb7c5664d602c3cd71e612'],
  ['imagewoof-160', 'Imagewoof, 160 px', 'imagewoof2-160.tgz', '3d200a7be99704a0d7509be2a9fbfe15'],
  ['imagewoof-320', 'Imagewoof, 320 px', 'imagewoof2-320.tgz', '0f46d997ec2264e97609196c95897a44'],
  ['imagewoof', 'Imagewoof, full size', 'imagewoof2.tgz', '9aafe18bcdb1632c4249a76c458465ba'],
].map(([name, title, file, md5]) => ({ name: name!, title: title!, url: `https://s3.amazonaws.com/fast-ai-imageclas/${file}`, md5: md5! }))

/**
 * Imagenette and Imagewoof: ten classes of ImageNet each, easy and hard ones (dogs), with train and val, which serves as test. Takes the
 * archive or its folder, downloads it when nothing is given, and stores images of 64x64 unless another size is asked for.
 */
export const photoProviders = (archives: readonly PhotoArchive[] = officialArchives): DatasetProvider[] =>
  archives.map(({ name, title, url, md5 }) => ({
    name,
    takesOptions: true,
    run(job) {
      const asked = { ...job, options: { size: defaultSide, title, ...job.options } }
      return importArchive({ url, md5, fileName: url.slice(url.lastIndexOf('/') + 1) }, job, (from) => importImageFolder(from, asked))
    },
  }))
