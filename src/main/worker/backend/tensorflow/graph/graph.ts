import { elements } from '../../../../../common/network/kinds/shape.ts'

/** TensorFlow element types that the program uses, by their names in a GraphDef. */
export type DataType = 'DT_FLOAT' | 'DT_BFLOAT16' | 'DT_INT32' | 'DT_INT64' | 'DT_UINT8' | 'DT_BOOL' | 'DT_RESOURCE'

/** An output of a node. Shapes are static; the batch is the first size where there is one. */
export interface Tensor {
  readonly ref: string
  readonly dtype: DataType
  readonly shape: readonly number[]
}

/** A resource variable and the value that this run of the program reads, once, before any update. */
export interface Variable {
  readonly name: string
  readonly dtype: DataType
  readonly shape: readonly number[]
  readonly handle: Tensor
}

/** An attribute value, already in GraphDef text form; see {@link attr}. */
export type Attribute = string & { readonly brand?: 'attribute' }

/** Attribute values in the text form of GraphDef. */
export const attr = {
  type: (dtype: DataType): Attribute => `type: ${dtype}`,
  int: (value: number): Attribute => `i: ${value}`,
  float: (value: number): Attribute => `f: ${value}`,
  bool: (value: boolean): Attribute => `b: ${value}`,
  string: (value: string): Attribute => `s: ${JSON.stringify(value)}`,
  ints: (values: readonly number[]): Attribute => `list { ${values.map((value) => `i: ${value}`).join(' ')} }`,
  strings: (values: readonly string[]): Attribute => `list { ${values.map((value) => `s: ${JSON.stringify(value)}`).join(' ')} }`,
  types: (values: readonly DataType[]): Attribute => `list { ${values.map((value) => `type: ${value}`).join(' ')} }`,
  shape: (sizes: readonly number[]): Attribute => `shape { ${dims(sizes)} }`,
  tensor: (dtype: DataType, sizes: readonly number[], values: string): Attribute =>
    `tensor { dtype: ${dtype} tensor_shape { ${dims(sizes)} } ${values} }`,
}

function dims(sizes: readonly number[]): string {
  return sizes.map((size) => `dim { size: ${size} }`).join(' ')
}

/** Names the node that gives a value. */
export const nodeOf = ({ ref }: Pick<Tensor, 'ref'>): string => ref.split(':')[0]!

/** Ops whose output lies in the memory of their input. */
const sharesMemory: ReadonlySet<string> = new Set(['Reshape', 'Identity'])

/**
 * Collects the nodes of one TensorFlow graph and writes them as a SavedModel in text form, which tfjs-node's
 * session loads. Node names need only be unique; `scope` prefixes them for readable error messages.
 */
export class Graph {
  readonly #nodes: string[] = []
  readonly #names = new Map<string, number>()
  readonly #constants = new Map<string, Tensor>()
  readonly #inputs = new Map<string, readonly string[]>()
  readonly #readers = new Map<string, { readonly node: string; readonly op: string }[]>()
  #scope = ''

  /** Runs `build` with names prefixed by `scope`. */
  within<R>(scope: string, build: () => R): R {
    const outer = this.#scope
    this.#scope = `${outer}${scope}/`
    try {
      return build()
    } finally {
      this.#scope = outer
    }
  }

  /**
   * Adds a node and returns its name; outputs are `name`, `name:1`, ...
   * @param control names of nodes that must have run before
   */
  node(
    op: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>>,
    options: { name?: string; control?: readonly string[] } = {},
  ): string {
    const name = this.#unique(options.name ?? op)
    const parts = [
      `name: "${name}" op: "${op}"`,
      ...inputs.map((input) => `input: "${input.ref}"`),
      ...(options.control ?? []).map((control) => `input: "^${control}"`),
      ...Object.entries(attributes).map(([key, value]) => `attr { key: "${key}" value { ${value} } }`),
    ]
    this.#nodes.push(`node { ${parts.join(' ')} }`)
    this.#inputs.set(name, [...inputs.map(nodeOf), ...(options.control ?? [])])
    for (const { ref } of inputs) this.#readers.set(ref, [...(this.#readers.get(ref) ?? []), { node: name, op }])
    return name
  }

  /** Names the nodes, of those added so far, that read a value's memory, by another shape too. */
  readersOf(ref: string): string[] {
    return (this.#readers.get(ref) ?? []).flatMap(({ node, op }) => [node, ...(sharesMemory.has(op) ? this.readersOf(node) : [])])
  }

  /** Names the nodes that run before a value is there, its own included. */
  nodesBefore(value: Tensor): Set<string> {
    const found = new Set<string>()
    const open = [nodeOf(value)]
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (found.has(node)) continue
      found.add(node)
      open.push(...(this.#inputs.get(node) ?? []))
    }
    return found
  }

  /** Adds a node with one output of the given type and shape. */
  op(
    op: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>>,
    dtype: DataType,
    shape: readonly number[],
    name?: string,
  ): Tensor {
    return { ref: this.node(op, inputs, attributes, name ? { name } : {}), dtype, shape }
  }

  placeholder(name: string, dtype: DataType, shape: readonly number[]): Tensor {
    return this.op('Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) }, dtype, shape, name)
  }

  variable(name: string, dtype: DataType, shape: readonly number[]): Variable {
    const attributes = { dtype: attr.type(dtype), shape: attr.shape(shape), shared_name: attr.string(name), container: attr.string('') }
    return { name, dtype, shape, handle: this.op('VarHandleOp', [], attributes, 'DT_RESOURCE', [], name) }
  }

  /** @param control names of nodes that must have run before */
  read({ handle, dtype, shape }: Variable, control: readonly string[] = []): Tensor {
    return { ref: this.node('ReadVariableOp', [handle], { dtype: attr.type(dtype) }, { control }), dtype, shape }
  }

  /** Gathers rows of a variable, in the order of int32 [count] indices: [count, ...row]. */
  gather(variable: Variable, indices: Tensor): Tensor {
    const attributes = {
      dtype: attr.type(variable.dtype),
      Tindices: attr.type('DT_INT32'),
      batch_dims: attr.int(0),
      validate_indices: attr.bool(true),
    }
    return this.op('ResourceGather', [variable.handle, indices], attributes, variable.dtype, [...indices.shape, ...variable.shape.slice(1)])
  }

  /** @returns the name of the assigning node */
  assign(variable: Variable, value: Tensor): string {
    return this.node('AssignVariableOp', [variable.handle, value], { dtype: attr.type(variable.dtype) })
  }

  float(value: number): Tensor {
    return this.#constant('DT_FLOAT', [], `float_val: ${value}`)
  }

  int(value: number): Tensor {
    return this.#constant('DT_INT32', [], `int_val: ${value}`)
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
    if (elements(shape) !== values.length)
      throw new Error(`Expected ${elements(shape)} values for shape ${shape.join('x')}, got ${values.length}`)
    return this.#constant('DT_INT32', shape, values.map((value) => `int_val: ${value}`).join(' '))
  }

  /** Makes an empty float vector, which FusedBatchNormV3 wants in place of running statistics while training. */
  emptyFloats(): Tensor {
    return this.#constant('DT_FLOAT', [0], '')
  }

  cast(x: Tensor, dtype: DataType): Tensor {
    if (x.dtype === dtype) return x
    return this.op('Cast', [x], { SrcT: attr.type(x.dtype), DstT: attr.type(dtype) }, dtype, x.shape)
  }

  /** Adds an element-wise op on two tensors of one type; `shape` is that of the result after broadcasting. */
  binary(
    op: 'AddV2' | 'Sub' | 'Mul' | 'RealDiv' | 'SquaredDifference' | 'SigmoidGrad',
    a: Tensor,
    b: Tensor,
    shape: readonly number[] = a.shape,
  ): Tensor {
    return this.op(op, [a, b], { T: attr.type(a.dtype) }, a.dtype, shape)
  }

  unary(
    op: 'Exp' | 'Sign' | 'LogSoftmax' | 'Softmax' | 'Neg' | 'Rsqrt' | 'Sqrt' | 'Relu' | 'Sigmoid' | 'Identity' | 'L2Loss',
    x: Tensor,
  ): Tensor {
    return this.op(op, [x], { T: attr.type(x.dtype) }, x.dtype, op === 'L2Loss' ? [] : x.shape)
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.op('Reshape', [x, this.ints(shape)], { T: attr.type(x.dtype), Tshape: attr.type('DT_INT32') }, x.dtype, shape)
  }

  /** Takes the mean over the given axes, which disappear. */
  mean(x: Tensor, axes: readonly number[]): Tensor {
    return this.#reduce('Mean', x, axes)
  }

  sum(x: Tensor, axes: readonly number[]): Tensor {
    return this.#reduce('Sum', x, axes)
  }

  #reduce(op: 'Mean' | 'Sum', x: Tensor, axes: readonly number[]): Tensor {
    const attributes = { T: attr.type(x.dtype), Tidx: attr.type('DT_INT32'), keep_dims: attr.bool(false) }
    return this.op(
      op,
      [x, this.ints(axes)],
      attributes,
      x.dtype,
      x.shape.filter((_, axis) => !axes.includes(axis)),
    )
  }

  /** Stacks tensors of one type and shape along a new first axis. */
  pack(values: readonly Tensor[], name: string, control: readonly string[] = []): Tensor {
    const { dtype, shape } = values[0]!
    const packed = this.node('Pack', values, { N: attr.int(values.length), T: attr.type(dtype), axis: attr.int(0) }, { control, name })
    return { ref: packed, dtype, shape: [values.length, ...shape] }
  }

  /** Cuts a tensor along its first axis into consecutive parts of the given sizes; one alone is returned as it is. */
  split(x: Tensor, sizes: readonly number[]): Tensor[] {
    if (sizes.length === 1) return [x]
    const attributes = { num_split: attr.int(sizes.length), T: attr.type(x.dtype), Tlen: attr.type('DT_INT32') }
    const name = this.node('SplitV', [x, this.ints(sizes), this.int(0)], attributes)
    return sizes.map((size, index) => ({ ref: `${name}:${index}`, dtype: x.dtype, shape: [size, ...x.shape.slice(1)] }))
  }

  /** Joins tensors along an axis; one alone is returned as it is. */
  concat(parts: readonly Tensor[], axis: number): Tensor {
    const { dtype, shape } = parts[0]!
    if (parts.length === 1) return parts[0]!
    const attributes = { N: attr.int(parts.length), T: attr.type(dtype), Tidx: attr.type('DT_INT32') }
    const joined = shape.map((extent, at) => (at === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : extent))
    return this.op('ConcatV2', [...parts, this.int(axis)], attributes, dtype, joined)
  }

  /** Adds a node that does nothing but wait for others; it is fetched through its scalar output. */
  group(name: string, control: readonly string[]): Tensor {
    const attributes = { dtype: attr.type('DT_FLOAT'), value: attr.tensor('DT_FLOAT', [], 'float_val: 1') }
    return { ref: this.node('Const', [], attributes, { name, control }), dtype: 'DT_FLOAT', shape: [] }
  }

  /** Writes the whole graph as the text of `saved_model.pbtxt`, tagged `program`. */
  toSavedModelText(): string {
    return [
      'saved_model_schema_version: 1',
      'meta_graphs { meta_info_def { tags: "program" tensorflow_version: "2.9.1" }',
      'graph_def {',
      ...this.#nodes,
      'versions { producer: 1087 min_consumer: 12 } } }',
    ].join('\n')
  }

  /** Adds a constant once for each value: deep nets would otherwise hold thousands of equal ones. */
  #constant(dtype: DataType, shape: readonly number[], values: string): Tensor {
    const value = attr.tensor(dtype, shape, values)
    const known = this.#constants.get(value)
    if (known) return known
    const ref = this.#root(() => this.node('Const', [], { dtype: attr.type(dtype), value }, { name: 'constants/constant' }))
    const constant: Tensor = { ref, dtype, shape }
    this.#constants.set(value, constant)
    return constant
  }

  #root<R>(build: () => R): R {
    const outer = this.#scope
    this.#scope = ''
    try {
      return build()
    } finally {
      this.#scope = outer
    }
  }

  /** Makes a name unique; those given often (thousands of `Cast`s) are numbered on from the last one. */
  #unique(wanted: string): string {
    const base = `${this.#scope}${wanted}`
    const given = this.#names.get(base) ?? 0
    this.#names.set(base, given + 1)
    return given === 0 ? base : this.#unique(`${wanted}_${given}`)
  }
}
