/**
 * `kyso/node`: files of Node: read in parts, written whole or not at all.
 *
 * @module
 */
export { AtomicFile, type AtomicFileOptions, writeAtomically } from './atomic.ts'
export { type FileSource, fileSource } from './file-source.ts'
export { verifyFile } from './files.ts'
export { signFile } from './sign-file.ts'
