import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { analysisKinds, analysisNamed, readOptions } from '../../../../src/common/analyses/analyses.ts'
import { type AnyAnalysis, defineAnalysis } from '../../../../src/common/analyses/kinds/define-analysis.ts'
import { optionFields, readOptionText } from '../../../../src/common/analyses/option-fields.ts'

const options = z.strictObject({
  images: z.int().min(1).max(50).default(10).meta({ title: 'Images', description: 'how many' }),
  scale: z.number().nullable().default(null).meta({ title: 'Scale', description: 'of F' }),
  mode: z.enum(['remove', 'swap']).default('swap').meta({ title: 'Mode', description: 'what is done' }),
  logarithmic: z.boolean().default(false).meta({ title: 'Log', description: 'whether' }),
  blocks: z.array(z.int()).default([]).meta({ title: 'Blocks', description: 'which' }),
})
const kind: AnyAnalysis = defineAnalysis({
  kind: 'invented',
  title: 'Invented',
  words: 'Nothing.',
  seen: ['One.', 'Two.', 'Three.'],
  runs: { min: 1, max: 1 },
  options,
  result: z.null(),
  memoryBytes: () => 0,
  work: () => 0,
  table: () => ({ columns: [], rows: [], notes: [] }),
})

describe('fields of options', () => {
  it('fields of options follow from the schema, with bounds, choices and defaults', () => {
    expect(optionFields(kind).map(({ name, form, optional, default: usual }) => [name, form, optional, usual])).toEqual([
      ['images', { kind: 'number', least: 1, most: 50, whole: true }, false, 10],
      ['scale', { kind: 'number', least: null, most: null, whole: false }, true, null],
      ['mode', { kind: 'choice', choices: ['remove', 'swap'] }, false, 'swap'],
      ['logarithmic', { kind: 'flag' }, false, false],
      ['blocks', { kind: 'list', of: 'number' }, false, []],
    ])
  })

  it('fields of options read texts of every form, and leave what is none for the schema to refuse', () => {
    const texts = ['images=12', 'scale=none', 'scale=0.5', 'mode=remove', 'logarithmic=yes', 'blocks=1,2', 'images=many']
    expect(texts.map((text) => readOptionText(kind, text)[1])).toEqual([12, null, 0.5, 'remove', true, [1, 2], 'many'])
    expect(() => readOptionText(kind, 'pictures=1')).toThrow('one of images, scale, mode, logarithmic, blocks')
    expect(() => readOptionText(kind, 'images')).toThrow('NAME=VALUE')
  })

  it.each(analysisKinds)('fields of options of the kind %s have a title and words, and the defaults are valid', (name) => {
    const fields = optionFields(analysisNamed(name))
    for (const { title, words, name: option } of fields) {
      expect(title, option).not.toBe(option)
      expect(words.length, option).toBeGreaterThan(5)
    }
    expect(Object.keys(readOptions(name, {}))).toEqual(fields.map((field) => field.name))
  })
})
