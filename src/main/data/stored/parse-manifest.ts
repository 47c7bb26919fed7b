import { createHash } from 'node:crypto'
import { messageOf } from '../../../common/caught.ts'
import { type DatasetManifest, datasetManifestSchema, splitNamesOf } from '../../../common/data/dataset.ts'
import { manifestV1Schema, upgradeManifest } from '../../../common/data/manifest-v1.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { issueInWords } from '../../../common/issue-words.ts'
import { addAgain } from './stored-file.ts'

/** Longest manifest that is read, in bytes: more than a million class names take. */
export const maximumManifestBytes = 2 ** 26

/**
 * Computes SHA-256 over the splits' checksums: train, test, then the others with their names. With two splits it is what version 1
 * computed, so that a data set keeps its checksum whichever version wrote it.
 */
export function datasetChecksum(splits: DatasetManifest['splits']): string {
  const hash = createHash('sha256')
  for (const name of splitNamesOf(splits)) {
    if (name !== 'train' && name !== 'test') hash.update(`${name}:`)
    hash.update(splits[name]!.checksum)
  }
  return hash.digest('hex')
}

/**
 * Parses a manifest of either version to the form of version 2.
 * @param path for messages
 * @throws SkiplabError bad-input naming the field
 */
export function parseManifest(text: string, path: string): DatasetManifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SkiplabError('bad-input', `${path} is not JSON: ${messageOf(error)}.`)
  }
  const format = value !== null && typeof value === 'object' && 'format' in value ? value.format : undefined
  if (format !== 1 && format !== 2) {
    const newer = typeof format === 'number' && format > 2
    throw new SkiplabError(
      'bad-input',
      `${path}: format: expected 1 or 2, got ${JSON.stringify(format)}. ${newer ? 'A newer Skiplab wrote it: use that one.' : addAgain}`,
    )
  }
  const first = format === 1 ? manifestV1Schema.transform(upgradeManifest).safeParse(value) : null
  const parsed = first && !first.success ? first : datasetManifestSchema.safeParse(first ? first.data : value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new SkiplabError(
    'bad-input',
    `${path}: ${issue ? `${issue.path.join('.')}: ${issueInWords(issue)}` : 'not a manifest'}. ${addAgain}`,
  )
}
