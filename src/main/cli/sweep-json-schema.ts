import { z } from 'zod'
import { allSettings } from '../../common/network/architectures/all-settings.ts'
import { sweepFileSchema } from '../../common/sweep/sweep.ts'
import { recipeSchema } from '../../common/training/recipe.ts'
import { builtInRecipes } from '../../common/training/recipes.ts'

/** Makes the JSON Schema of a sweep file, for editors that complete and check YAML and JSON; published as resources/sweep.schema.json. */
export function sweepJsonSchema(): object {
  const sweep = z.toJSONSchema(sweepFileSchema, { io: 'input' })
  const { name: _name, ...settings } = z.toJSONSchema(recipeSchema, { io: 'input' }).properties ?? {}
  return {
    ...sweep,
    title: 'Skiplab sweep',
    description: 'A grid of runs: every family at every depth, shortcut option, widths and seed.',
    properties: {
      $schema: { type: 'string' },
      ...sweep.properties,
      recipe: { ...objectOf(sweep.properties?.recipe), enum: [...builtInRecipes.keys()] },
      network: {
        type: 'object',
        description: 'settings of the architecture',
        properties: networkProperties(),
        additionalProperties: false,
      },
      set: { type: 'object', description: 'settings of the recipe to change', properties: settings, additionalProperties: false },
    },
    // The file's name stands in for a missing one.
    required: sweep.required?.filter((field) => field !== 'name'),
    oneOf: [{ required: ['depths'] }, { required: ['n'] }],
  }
}

function networkProperties(): Record<string, object> {
  return Object.fromEntries(
    [...allSettings()].map(([name, { setting, architectures }]) => {
      const { $schema: _schema, ...schema } = z.toJSONSchema(setting.schema, { io: 'input' })
      return [name, { ...schema, description: `${setting.words} (${architectures.join(', ')})` }]
    }),
  )
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
