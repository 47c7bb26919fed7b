import type { Command } from 'commander'
import { allSettings } from '../../common/network/architectures/all-settings.ts'
import { optionOfSetting } from '../../common/network/settings/read-settings.ts'
import type { Setting, SettingValues } from '../../common/network/settings/setting.ts'
import { integer, listOf, number, oneOf } from './values.ts'

/** Adds an option for each setting of any architecture: `--block-kind <basic|bottleneck>`. */
export function addSettingOptions(command: Command): Command {
  for (const [name, { setting, architectures }] of allSettings()) {
    const option = `--${optionOfSetting(name)} <${placeholder(setting)}>`
    command.option(option, `${setting.words} (${architectures.join(', ')})`, readerOf(setting))
  }
  return command
}

/** The settings among a command's options. */
export function settingsFrom(options: object): SettingValues {
  const given = new Map<string, unknown>(Object.entries(options))
  return Object.fromEntries([...allSettings().keys()].filter((name) => given.has(name)).map((name) => [name, given.get(name)]))
}

function placeholder({ form }: Setting): string {
  if (form.kind === 'choice') return form.choices.join('|')
  return form.kind === 'numbers' ? 'a,b,...' : 'number'
}

function readerOf({ title, form }: Setting): (text: string) => unknown {
  const what = title.toLowerCase()
  switch (form.kind) {
    case 'choice':
      return oneOf(what, form.choices)
    case 'number':
      return (form.whole ? integer : number)(`a value of ${what}`, form.least, form.most)
    case 'numbers':
      return listOf(integer(`${what}: each`, form.least, form.most))
  }
}
