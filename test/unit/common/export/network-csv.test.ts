import { expect, it } from 'vitest'
import { networkCsv } from '../../../../src/common/export/network-csv.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { paperDiagrams } from '../../../../src/common/paper/diagrams.ts'

it('the layers of drawn networks are rows whose parameters and multiply-adds add up to those of the networks', () => {
  const networks = paperDiagrams.find(({ figure }) => figure === 3)!.designs.map(buildNetwork)
  const [head, ...rows] = networkCsv(networks).trimEnd().split('\r\n')
  expect(head).toBe('network,layer,operation,inputs,input_shape,output_shape,weighted,parameters,multiply_adds')
  for (const { name, layers, parameterCount, multiplyAdds } of networks) {
    const own = rows.filter((row) => row.startsWith(`${name},`) || row.startsWith(`"${name}"`)).map((row) => row.split(','))
    expect(own).toHaveLength(layers.length)
    const sum = (from: number) => own.reduce((total, cells) => total + Number(cells.at(from)), 0)
    expect([sum(-2), sum(-1)]).toEqual([parameterCount, multiplyAdds])
  }
})
