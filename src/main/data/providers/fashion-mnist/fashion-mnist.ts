import { dirname } from 'node:path'
import { fashionMnistClasses } from '../../../../common/data/class-names.ts'
import { download } from '../../input/download.ts'
import type { DatasetProvider } from '../provider.ts'
import { importIdx } from '../idx/idx-import.ts'

const officialFolder = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'
/** The files that the authors publish, with the MD5 that they tell. */
const officialFiles: Readonly<Record<string, string>> = {
  'train-images-idx3-ubyte.gz': '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
  'train-labels-idx1-ubyte.gz': '25c81989df183df01b3e8a0aad5dffbe',
  't10k-images-idx3-ubyte.gz': 'bef4ecab320f06d8554ea6380940ec79',
  't10k-labels-idx1-ubyte.gz': 'bb300cfdad3c16e7a12a480ee83cd310',
}

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 60,000 and 10,000 grey images of ten kinds of clothing, 28x28. Takes its four IDX files,
 * plain or gzipped, in a folder or an archive; downloads them when nothing is given. Address and files are the official ones except in
 * tests.
 */
export function fashionMnistProvider(address = officialFolder, files: Readonly<Record<string, string>> = officialFiles): DatasetProvider {
  return {
    name: 'fashion-mnist',
    async run(job) {
      const title = 'Fashion-MNIST'
      if (job.from !== null) return importIdx(job.from, title, fashionMnistClasses, job)
      const fetched = []
      for (const [fileName, md5] of Object.entries(files))
        fetched.push(await download({ url: `${address}${fileName}`, md5, fileName }, job))
      const manifest = await importIdx(dirname(fetched[0]!.path), title, fashionMnistClasses, job)
      await fetched[0]!.discard()
      return manifest
    },
  }
}
