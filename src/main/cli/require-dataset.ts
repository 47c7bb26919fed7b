import { nearestName } from '../../common/nearest-name.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { SkiplabError } from '../../common/failure.ts'
import { builtInProviders } from '../data/add-dataset.ts'
import type { Context } from './command.ts'

/**
 * Requires that a data set is in the workspace. shapes-10 is generated within seconds where it is missing.
 * @throws SkiplabError not-found, with the command that adds it or the nearest name
 */
export async function requireDataset(context: Context, client: EngineClient, name: string): Promise<void> {
  const present = (await client.call('datasets.list', {})).map((dataset) => dataset.name)
  if (present.includes(name)) return
  if (name === 'shapes-10') {
    context.output.note('Generating the data set shapes-10.')
    await client.call('datasets.add', { name, from: null })
    return
  }
  const known = builtInProviders.map((provider) => provider.name)
  const near = nearestName(name, [...present, ...known])
  const advice = known.includes(name)
    ? `add it with: npx skiplab data add ${name}`
    : near
      ? `did you mean "${near}"?`
      : `this workspace has ${present.join(', ') || 'none yet'}; skiplab data add takes ${known.join(' or ')}.`
  throw new SkiplabError('not-found', `The data set "${name}" is not in this workspace; ${advice}`)
}
