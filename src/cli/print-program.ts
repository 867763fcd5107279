// A loaded BPF program as iproute2 shows it. Pure.
import type { BpfProgramInfo } from '../sys/libc.ts'
import type { JsonObject } from './json.ts'

/** `id 7 name x tag … jited `, as the text. */
export function programText(id: number, info: BpfProgramInfo | undefined, details: boolean): string {
  if (!info) return `id ${id} `
  const { name, tag, jited, loadTime, createdByUid, btfId } = info
  const more = details && loadTime > 0n ? `load_time ${loadTime} created_by_uid ${createdByUid} ` : ''
  return `id ${id} name ${name} tag ${tag} ${jited ? 'jited ' : ''}${more}${details && btfId ? `btf_id ${btfId} ` : ''}`
}

/** The same as JSON. */
export function programJson(id: number, info: BpfProgramInfo | undefined, details: boolean): JsonObject {
  if (!info) return { id }
  const { name, tag, jited, loadTime, createdByUid, btfId } = info
  return {
    ...{ id, name, tag, jited: Number(jited) },
    ...(details && loadTime > 0n && { load_time: loadTime, created_by_uid: createdByUid }),
    ...(details && btfId && { btf_id: btfId }),
  }
}
