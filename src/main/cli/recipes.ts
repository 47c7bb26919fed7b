import type { Command } from 'commander'
import { recipeSchema } from '../../common/training/recipe.ts'
import { builtInRecipes, resolveRecipe } from '../../common/training/recipes.ts'
import { defineCommand, defineDefaultCommand } from './command.ts'
import { table } from './table.ts'

export function registerRecipes(program: Command): void {
  const recipes = program.command('recipes').description('list the built-in recipes, or show one')
  defineDefaultCommand(
    recipes,
    'list',
    'the built-in recipes',
    (command) => command,
    ({ output }) => {
      const entries = [...builtInRecipes.values()]
      output.value(entries.map(({ recipe, description }) => ({ name: recipe.name, description, recipe })))
      if (!output.json)
        output.text(
          table(
            [{ title: 'recipe' }, { title: 'what it is' }],
            entries.map(({ recipe, description }) => [recipe.name, description]),
          ),
        )
    },
  )
  defineCommand(
    recipes,
    'show <name>',
    'every setting of a recipe; each can be changed with --set NAME=VALUE',
    (command) => command,
    ({ output }, _options, [name]) => {
      const recipe = resolveRecipe(name!)
      output.value(recipe)
      if (output.json) return
      const meanings = new Map(Object.entries(recipeSchema.shape).map(([field, schema]) => [field, schema.description ?? '']))
      const rows = Object.entries(recipe).map(([field, value]) => [
        field,
        Array.isArray(value) ? value.join(', ') : String(value),
        meanings.get(field) ?? '',
      ])
      output.text(table([{ title: 'setting' }, { title: 'value' }, { title: 'meaning' }], rows))
    },
  )
}
