// What a file of link-kinds/ exports: an object of its kinds, each with the codecs of IFLA_INFO_DATA (its own
// options), IFLA_INFO_SLAVE_DATA (of a link enslaved to it) and IFLA_INFO_XSTATS, as far as it has them.
import type { Codec } from '../../netlink/codec.ts'

export interface LinkKind {
  /** IFLA_INFO_DATA. */
  readonly data?: Codec<any, any>
  /** IFLA_INFO_SLAVE_DATA of the links whose master is of this kind. */
  readonly port?: Codec<any, any>
  /** IFLA_INFO_XSTATS. */
  readonly statistics?: Codec<any, any>
}

type Part = keyof LinkKind
export type KindCodecs<K, P extends Part> = {
  [N in keyof K as K[N] extends { readonly [Q in P]: Codec<any, any> } ? N : never]: K[N] extends {
    readonly [Q in P]: infer C extends Codec<any, any>
  }
    ? C
    : never
}

/** The codecs of one part, by kind. */
export function kindCodecs<K extends Readonly<Record<string, LinkKind>>, P extends Part>(
  kinds: K,
  part: P,
): KindCodecs<K, P> {
  const entries = Object.entries(kinds).filter(([, kind]) => kind[part] !== undefined)
  return Object.fromEntries(entries.map(([name, kind]) => [name, kind[part]])) as KindCodecs<K, P>
}
