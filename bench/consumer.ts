// A consumer that reads everything: generated from samples, so that it names every field and attribute as hand-written
// code would, nested, lazy and derived ones too. It answers how many values it found.

export type Consumer = (decoded: object) => number

/** The keys that were seen, each with what was seen below it; a list's elements are under `[]`. */
type Shape = Map<string, Shape>

/** A function that reads all that the samples have. */
export function consumerOf(samples: Iterable<object>): Consumer {
  const shape: Shape = new Map()
  for (const sample of samples) learn(shape, sample)
  return new Function('o', `let n=0;${reader(shape, 'o', 0)}return n`) as Consumer
}

function learn(shape: Shape, value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if (Array.isArray(value)) {
    for (const element of value) learn(below(shape, '[]'), element)
    return
  }
  for (const key of [...Object.keys(value), ...getters(value)])
    learn(below(shape, key), (value as Record<string, unknown>)[key])
}

function below(shape: Shape, key: string): Shape {
  let found = shape.get(key)
  if (!found) shape.set(key, (found = new Map()))
  return found
}

/** Lazy attributes and derived values: getters of the classes an object is of. */
function getters(value: object): string[] {
  const keys: string[] = []
  for (let at = Object.getPrototypeOf(value); at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    const described = Object.entries(Object.getOwnPropertyDescriptors(at))
    keys.push(...described.filter(([, { get }]) => get).map(([key]) => key))
  }
  return keys
}

function reader(shape: Shape, object: string, depth: number): string {
  return [...shape]
    .map(([key, inner]) => {
      const name = `v${depth}`
      const found = inner.size > 0 ? `n++;${reader(inner, name, depth + 1)}` : 'n++'
      if (key === '[]') return `for(const ${name} of ${object}){${found}}`
      return `{const ${name}=${object}[${JSON.stringify(key)}];if(${name}!==undefined){${found}}}`
    })
    .join('\n')
}
