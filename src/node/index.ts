/**
 * `kyso/node`: files of Node, read in parts, written whole or not at all; a cache on disk; sources that look at the address they connect to.
 *
 * @module
 */
export { AtomicFile, type AtomicFileOptions, writeAtomically } from './atomic.ts'
export { type NodeFetchOptions, nodeFetch, nodeSources } from './connect.ts'
export { type DiskCacheOptions, diskCache } from './disk-cache.ts'
export { type FileSource, fileSource } from './file-source.ts'
export { type VerifyFileOptions, verifyFile } from './files.ts'
export { type SignCmsFileOptions, type SignFileOptions, type SignPdfFileOptions, type SignXmlFileOptions, signFile } from './sign-file.ts'
export { type TrustFilesOptions, trustAnchorsFrom } from './trust-files.ts'
