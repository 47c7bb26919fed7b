import { Message, type LazyBytes } from '../files/protobuf.ts'

/** The messages of ONNX that a network takes, by their field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */

/** Element types by the numbers of `TensorProto.DataType`. */
const elementTypes = { fp32: 1, int64: 7 } as const
/** Kinds of attributes by the numbers of `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, integer: 2, tensor: 4, integers: 7 } as const

/** Values of a node's attributes: whole numbers, lists of them, `{ float }`, or an array as a message. */
type OnnxAttribute = number | readonly number[] | { readonly float: number } | Message

export interface OnnxNode {
  readonly operator: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
}

export function nodeMessage({ operator, name, inputs, output, attributes = {} }: OnnxNode): Message {
  const node = new Message()
  for (const input of inputs) node.text(1, input)
  node.text(2, output).text(3, name).text(4, operator)
  for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value))
  return node
}

function attribute(name: string, value: OnnxAttribute): Message {
  const message = new Message().text(1, name)
  if (typeof value === 'number') return message.integer(3, value).integer(20, attributeTypes.integer)
  if (value instanceof Message) return message.message(5, value).integer(20, attributeTypes.tensor)
  if ('float' in value) return message.float(2, value.float).integer(20, attributeTypes.float)
  return message.integers(8, value).integer(20, attributeTypes.integers)
}

/** An array with its values: TensorProto. */
export function tensorMessage(name: string, type: keyof typeof elementTypes, shape: readonly number[], content: LazyBytes): Message {
  return new Message().integers(1, shape).integer(2, elementTypes[type]).text(8, name).content(9, content)
}

/** An input or output of fp32 numbers: ValueInfoProto. @param shape a text names a size that is not fixed */
export function valueMessage(name: string, shape: readonly (number | string)[]): Message {
  const dimensions = new Message()
  for (const size of shape) {
    const dimension = new Message()
    dimensions.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size))
  }
  const tensor = new Message().integer(1, elementTypes.fp32).message(2, dimensions)
  return new Message().text(1, name).message(2, new Message().message(1, tensor))
}
