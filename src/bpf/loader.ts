// What the command needs of this folder, in a file of its own: it is loaded where a command line names an object.
export { load } from './bpf.ts'
export { BpfError } from './error.ts'
export { defaultSection } from './types.ts'
