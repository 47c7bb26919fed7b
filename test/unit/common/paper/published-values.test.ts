import { describe, expect, it } from 'vitest'
import { otherNumbers } from '../../../../src/common/paper/other-numbers.ts'
import { type PublishedResult, publishedResults } from '../../../../src/common/paper/published.ts'
import { findPublished } from '../../../../src/common/paper/published-filter.ts'
import { calls } from '../../../../src/common/rpc/contract.ts'
import { cifar10Errors, cifar10TrainingErrors, imagenetTopFive, imagenetTopOne, others, sizes } from '../../../fixtures/published-values.ts'

/** Ports have no tables: their names stand for the place. */
const placeOf = ({ source }: PublishedResult): string => (source.location === 'README' ? source.work : source.location)
const percent = (fraction: number): number => Number((fraction * 100).toPrecision(10))

function valuesOf(metric: PublishedResult['metric'], data: PublishedResult['data'], training = false) {
  return publishedResults
    .filter((result) => result.metric === metric && result.data === data && (result.images === 'training') === training)
    .map((result) => {
      const { name, value, repeated } = result
      return [
        ...[name, placeOf(result), percent(value)],
        ...(repeated ? [{ mean: percent(repeated.mean), std: percent(repeated.std) }] : []),
      ]
    })
}

describe('published numbers', () => {
  it.each([
    ['top-1 errors on CIFAR-10', valuesOf('topOneError', 'cifar10'), cifar10Errors],
    ['training errors on CIFAR-10', valuesOf('topOneError', 'cifar10', true), cifar10TrainingErrors],
    ['top-1 errors on ImageNet', valuesOf('topOneError', 'imagenet'), imagenetTopOne],
    ['top-5 errors on ImageNet', valuesOf('topFiveError', 'imagenet'), imagenetTopFive],
  ])('published numbers are those that the sources print: %s', (_what, found, printed) => {
    expect(found.toSorted()).toEqual(printed.toSorted())
  })

  it('published numbers have each network’s parameters and multiply-adds where these are published', () => {
    for (const [name, parameters, billions] of sizes) {
      const found = publishedResults.filter((result) => result.name === name)
      expect(found.length, name).toBeGreaterThan(0)
      for (const result of found) {
        expect(result.parameters, name).toBe(parameters)
        expect(result.multiplyAdds, name).toBe(billions === null ? null : billions * 1e9)
      }
    }
  })

  it('published numbers that are no errors are what nets cost and what the review measured, each with its source', () => {
    expect(otherNumbers.map(({ name, value, unit }) => [name, value, unit])).toEqual(others)
    for (const { source } of otherNumbers) expect(source.location).not.toBe('')
  })

  it('published numbers are listed by the contract, all or those that a filter asks for', () => {
    const all = calls['published.list'].output.parse(findPublished({}))
    expect([all.errors.length, all.others.length]).toEqual([publishedResults.length, otherNumbers.length])
    const asked = findPublished({ families: ['residual'], depths: [110], source: 'table 6' })
    expect(asked.errors.map(({ name }) => name)).toEqual(['ResNet-110'])
    expect(asked.others).toEqual([])
    expect(findPublished({ source: 'Further investigations' }).others).toHaveLength(2)
  })
})
