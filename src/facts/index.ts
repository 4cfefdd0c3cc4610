export type * from './facts.ts'
export type * from './read.ts'
