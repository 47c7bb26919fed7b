import { elements } from '../../../../common/network/kinds/shape.ts'
import { type LazyBytes, Message } from '../files/protobuf.ts'

/**
 * The messages of TensorFlow that a network takes, by their field numbers: `tensorflow/core/framework` and `tensorflow/core/protobuf` of
 * https://github.com/tensorflow/tensorflow.
 */

/** Element types by the numbers of `DataType`. */
const dataTypes = { fp32: 1, int32: 3 } as const
type TensorFlowType = keyof typeof dataTypes

/** Values of a node's attributes: AttrValue. */
export const value = {
  type: (type: TensorFlowType) => new Message().integer(6, dataTypes[type]),
  text: (text: string) => new Message().text(2, text),
  integer: (number: number) => new Message().integer(3, number),
  float: (number: number) => new Message().float(4, number),
  boolean: (truth: boolean) => new Message().integer(5, Number(truth)),
  integers: (numbers: readonly number[]) => new Message().message(1, new Message().integers(3, numbers)),
  shape: (shape: readonly number[]) => new Message().message(7, shapeMessage(shape)),
  tensor: (type: TensorFlowType, shape: readonly number[], content: LazyBytes) =>
    new Message().message(8, new Message().integer(1, dataTypes[type]).message(2, shapeMessage(shape)).content(4, content)),
}

export interface TensorFlowNode {
  readonly operator: string
  readonly name: string
  readonly inputs?: readonly string[]
  readonly attributes?: Readonly<Record<string, Message>>
}

/** NodeDef. */
export function nodeDef({ operator, name, inputs = [], attributes = {} }: TensorFlowNode): Message {
  const node = new Message().text(1, name).text(2, operator)
  for (const input of inputs) node.text(3, input)
  for (const [key, attribute] of Object.entries(attributes)) node.entry(5, key, attribute)
  return node
}

/** TensorInfo of a node's first output; -1 is a size that is not fixed. */
export function tensorInfo(node: string, shape: readonly number[]): Message {
  return new Message().text(1, `${node}:0`).integer(2, dataTypes.fp32).message(3, shapeMessage(shape))
}

/** A constant node. */
export function constant(name: string, type: TensorFlowType, shape: readonly number[], chunks: LazyBytes['chunks']): TensorFlowNode {
  const attributes = { dtype: value.type(type), value: value.tensor(type, shape, { bytes: 4 * elements(shape), chunks }) }
  return { operator: 'Const', name, attributes }
}

/** TensorShapeProto. */
function shapeMessage(shape: readonly number[]): Message {
  const message = new Message()
  for (const size of shape) message.message(2, new Message().integer(1, size))
  return message
}
