import { expect, it } from 'vitest'
import { addDataCommand } from '../../../../src/common/data/add-command.ts'
import { parseClassList } from '../../../../src/common/data/class-list.ts'

it('the command that stores a data set again says all that was asked of its import', () => {
  expect(addDataCommand('cifar10', undefined, false)).toBe('data add cifar10')
  expect(addDataCommand('imagenette-160', { options: { size: 224 } }, false)).toBe('data add imagenette-160 --size 224')
  expect(addDataCommand('small', { known: 'imagenette-160', options: { size: 128, perClass: 5 } }, true)).toBe(
    'data add imagenette-160 --as small --size 128 --per-class 5',
  )
  const classes = ['cat, wild', 'dog']
  const command = addDataCommand('pets', { options: { size: 'keep', classes, testShare: 0.25, seed: 3, title: 'My pets' } }, true)
  expect(command).toMatch(/^data add pets --from PATH --size keep --classes .+ --test-share 0.25 --seed 3 --title 'My pets'$/)
  const list = /--classes '(.+?)' --test/.exec(command)![1]!
  expect(parseClassList(list)).toEqual(classes)
})
